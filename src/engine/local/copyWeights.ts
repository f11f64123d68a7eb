import type * as tf from '@tensorflow/tfjs-core'
import { makeVariable } from '../../model/makeVariable.js'
import { peekValues } from '../../ops/peekValues.js'
import type { Weights } from './Weights.js'

/**
 * A frozen copy of what is trained (the adapter where there is one, else the model); what is not trained is shared.
 * `dispose` frees the copies alone.
 */
export function copyWeights({ model, adapter }: Weights): Weights & { dispose(): void } {
  const copies: tf.Variable[] = []
  const copy = <V extends tf.Variable>(variable: V): V => {
    // The values are copied, not the tensor: an optimizer step may write a variable's array in place.
    const fresh = makeVariable(peekValues(variable).slice(), variable.shape)
    copies.push(fresh)
    return fresh as V
  }
  const dispose = () => {
    for (const variable of copies) variable.dispose()
  }
  if (adapter) {
    const weights = new Map([...adapter.weights].map(([module, { a, b }]) => [module, { a: copy(a), b: copy(b) }]))
    return { model, adapter: { ...adapter, weights, dispose }, dispose }
  }
  const parameters = new Map([...model.parameters].map(([name, variable]) => [name, copy(variable)]))
  return { model: { ...model, parameters, dispose }, adapter: null, dispose }
}
