import type { Engine } from '../Engine.js'
import type { ContinuousSampler } from './ContinuousSampler.js'

/** The local engine can also sample for many callers at once, who come and go (a server). */
export interface LocalEngine extends Engine {
  /** A sampler of the trained weights as they are; between its tokens the engine may be used, and trained. */
  createSampler(): ContinuousSampler
}
