import type * as tf from '@tensorflow/tfjs-core'
import type { NativeBackend, PackedForm } from './NativeBackend.js'

/** Hands out the panels of several matrices at once; see NativeBackend.withPacked. */
export function withPanels(
  backend: NativeBackend,
  matrices: readonly tf.TensorInfo[],
  form: PackedForm,
  use: (panels: Float32Array[]) => void,
  before: Float32Array[] = [],
): void {
  if (matrices.length === 0) return use(before)
  const [first, ...rest] = matrices
  backend.withPacked(first, form, (panels) => withPanels(backend, rest, form, use, [...before, panels]))
}
