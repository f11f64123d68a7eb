import * as tf from '@tensorflow/tfjs-core'
import { InputError } from '../lib/InputError.js'
import { activeNative } from './backends/activeNative.js'

/**
 * Sets what the operands of matrix products with weights, and of those of attention's gradients, are rounded to: bfloat16 or
 * nothing (float32). What mlpBlock keeps for its gradient is rounded as well; sums, weights, gradients and everything else
 * between the products stay float32. `auto` is bfloat16 where `worthwhile` and the CPU
 * multiplies it in instructions of its own, else float32.
 *
 * @throws InputError for bfloat16 on a backend other than native
 */
export function useDtype(dtype: 'auto' | 'float32' | 'bfloat16', worthwhile: boolean): 'float32' | 'bfloat16' {
  const backend = activeNative()
  if (!backend) {
    if (dtype !== 'bfloat16') return 'float32'
    throw new InputError(
      `engine.dtype: found "bfloat16"; the ${tf.getBackend()} backend computes in float32. ` +
        'Use  --set engine.dtype=float32, or the native backend (fintune doctor says why it was not taken)',
    )
  }
  const half = dtype === 'bfloat16' || (dtype === 'auto' && worthwhile && backend.addon.hasFastHalf())
  backend.half = half
  return half ? 'bfloat16' : 'float32'
}
