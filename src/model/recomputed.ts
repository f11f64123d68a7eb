import * as tf from '@tensorflow/tfjs-core'
import { enterTapeNode } from '../ops/backends/enterTapeNode.js'
import { freeTape } from '../ops/backends/freeTape.js'

/**
 * run(x), of which the tape keeps x alone: the backward pass runs it once more (activation recomputation, Chen et al.
 * 2016). The kernels give the same bits each time, so gradients are those of the plain pass.
 *
 * @param weights every variable that `run` reads and that is to have a gradient
 */
export function recomputed(
  run: (x: tf.Tensor2D) => tf.Tensor2D,
  x: tf.Tensor2D,
  weights: readonly tf.Variable[],
): tf.Tensor2D {
  const op = tf.customGrad((...inputs) => {
    const save = inputs.pop() as unknown as tf.GradSaveFunc
    const input = inputs[0] as tf.Tensor2D
    save([input])
    return {
      value: run(input),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const gradients = innerGradients((h) => run(h as tf.Tensor2D), [saved[0], ...weights], dy)
        enterTapeNode(dy, saved)
        return gradients
      },
    }
  })
  return op(x, ...weights) as tf.Tensor2D
}

/** A gradient within a backward pass: TensorFlow.js forgets the outer pass's tape at the inner one's end. */
function innerGradients(run: (x: tf.Tensor) => tf.Tensor, inputs: tf.Tensor[], dy: tf.Tensor): tf.Tensor[] {
  const { state } = tf.engine()
  const outer = state.activeTape
  try {
    return tf.grads(run as (...x: tf.Tensor[]) => tf.Tensor)(inputs, dy)
  } catch (error) {
    freeTape()
    throw error
  } finally {
    state.activeTape = outer
  }
}
