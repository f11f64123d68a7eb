import type { GrpoOptions } from './GrpoOptions.js'

/** The temperature that log p is taken at: the sampler's, 1 for replayed rollouts. */
export function temperatureOf({ source }: GrpoOptions): number {
  return source.type === 'sample' && source.sampling.temperature > 0 ? source.sampling.temperature : 1
}
