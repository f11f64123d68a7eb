import type { Adapter, LoraPair } from './Adapter.js'
import { loraScale } from './loraScale.js'

/** Puts an adapter's settings and weights together; it owns the variables from then on. */
export function makeAdapter(
  settings: Pick<Adapter, 'rank' | 'alpha' | 'useRslora' | 'targets' | 'baseModel'>,
  weights: ReadonlyMap<string, LoraPair>,
): Adapter {
  const { rank, alpha, useRslora, targets, baseModel } = settings
  return {
    rank,
    alpha,
    useRslora,
    targets,
    baseModel,
    scale: loraScale(settings),
    weights,
    dispose: () => {
      for (const { a, b } of weights.values()) {
        a.dispose()
        b.dispose()
      }
    },
  }
}
