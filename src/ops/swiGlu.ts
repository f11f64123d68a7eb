import * as tf from '@tensorflow/tfjs-core'
import { activeNative } from './backends/activeNative.js'
import { defineNativeOp } from './backends/defineNativeOp.js'
import { requireShape } from './requireShape.js'

/**
 * The gated unit of Llama's MLP: silu(gate) · up, silu(z) = z / (1 + e^−z) (Shazeer 2020).
 *
 * @param gate [rows, width]
 * @param up   [rows, width]
 * @returns    [rows, width]
 */
export function swiGlu(gate: tf.Tensor2D, up: tf.Tensor2D): tf.Tensor2D {
  requireShape('swiGlu up', up, gate.shape)
  return activeNative() ? (runSwiGlu([gate, up], {})[0] as tf.Tensor2D) : swiGluReference(gate, up)
}

/** The definition, in plain tf ops. */
export function swiGluReference(gate: tf.Tensor2D, up: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => tf.mul(tf.mul(gate, tf.sigmoid(gate)), up))
}

const runSwiGlu = defineNativeOp<object>({
  name: 'SwiGlu',
  makesAgain: true,
  forward(backend, [gate, up]) {
    const y = backend.allocate(tf.util.sizeFromShape(gate.shape))
    backend.addon.swiGlu(backend.floats(gate), backend.floats(up), y)
    return [backend.info(y, gate.shape)]
  },
  gradients({ backend, dy, inputs: [gate, up] }) {
    return () => {
      const [dGate, dUp] = [backend.allocate(gate.size), backend.allocate(up.size)]
      backend.addon.swiGluGradient(backend.floats(gate), backend.floats(up), dy, dGate, dUp)
      return [dGate, dUp]
    }
  },
})
