import type { ContinuousSampler } from '../engine/local/ContinuousSampler.js'
import type { Engine } from '../engine/Engine.js'
import type { Tokenizer } from '../tokenizer/Tokenizer.js'

/** The model behind the endpoints. */
export interface ServedModel {
  /** The name clients see. */
  readonly id: string
  readonly capabilities: ReturnType<Engine['capabilities']>
  readonly sampler: ContinuousSampler
  readonly tokenizer: Tokenizer
  /** Unix seconds at which it was loaded. */
  readonly created: number
}
