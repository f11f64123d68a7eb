import type * as tf from '@tensorflow/tfjs-core'
import type { Adapter } from './adapter/Adapter.js'
import type { Model } from './Model.js'

/** What of one layer is trained: the adapter's factors in it where there is an adapter, else its every parameter. */
export function layerVariables(model: Model, adapter: Adapter | null, layer: number): tf.Variable[] {
  const prefix = `model.layers.${layer}.`
  const own = <V>(entries: ReadonlyMap<string, V>): V[] =>
    [...entries].filter(([name]) => name.startsWith(prefix)).map(([, value]) => value)
  if (adapter) return own(adapter.weights).flatMap(({ a, b }) => [a, b])
  return own(model.parameters)
}
