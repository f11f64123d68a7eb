import * as tf from '@tensorflow/tfjs-core'
import { activeNative } from './backends/activeNative.js'
import { addInto } from './addInto.js'

/**
 * Adds the gradients of a pass to those held: on the native backend in their memory, as the kernels make them, so that a
 * pass has no gradients of its own beside the sum. What is held is this function's from here on; where the pass fails, it
 * is freed.
 *
 * @param variables the pass's weights
 * @param held      sums so far, by variable name
 * @param pass      returns its gradients by variable name
 * @returns the sums now, by variable name; none for a variable that no gradient has reached
 */
export function sumGradients(
  variables: readonly tf.Variable[],
  held: ReadonlyMap<string, tf.Tensor>,
  pass: () => tf.NamedTensorMap,
): Map<string, tf.Tensor> {
  const backend = activeNative()
  const { result, sums } = backend?.sumGradients(variables, held, pass) ?? addAfterwards(held, pass)
  try {
    for (const [name, gradient] of Object.entries(result)) {
      const sum = sums.get(name)
      if (backend?.isSummed(gradient)) gradient.dispose()
      else sums.set(name, sum ? addInto(sum, gradient) : gradient)
    }
    return sums
  } catch (error) {
    tf.dispose([[...sums.values()], result])
    throw error
  }
}

function addAfterwards(held: ReadonlyMap<string, tf.Tensor>, pass: () => tf.NamedTensorMap) {
  try {
    return { result: pass(), sums: new Map(held) }
  } catch (error) {
    tf.dispose([...held.values()])
    throw error
  }
}
