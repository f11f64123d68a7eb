import type { Json } from './createTinkerClient.js'

/** The gradient's norm among an optim_step's metrics, under whichever key the server has; null: it does not tell. */
export function readGradNorm(result: Json): number | null {
  const metrics = Object.entries((result['metrics'] ?? {}) as Record<string, unknown>)
  const found = metrics.find(([key]) => /(^|[/.])(grad_norm|gradient_norm)(:|$)/.test(key))
  return typeof found?.[1] === 'number' ? found[1] : null
}
