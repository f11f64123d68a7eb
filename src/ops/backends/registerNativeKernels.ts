import * as tf from '@tensorflow/tfjs-core'
import type { NativeBackend } from './NativeBackend.js'

type Kernel = (backend: NativeBackend, inputs: Record<string, tf.TensorInfo>, attrs: Record<string, unknown>) => Result
/** undefined: not a case this kernel is for; the JavaScript kernel takes it. */
type Result = tf.TensorInfo | undefined

/** Gives the native backend all kernels of the JavaScript one, and ours in place of a few. */
export function registerNativeKernels(): void {
  tf.copyRegisteredKernels('cpu', 'native')
  override('Add', (backend, { a, b }) => {
    // The tape adds a weight's gradients up; those in its sum are there already.
    if (backend.isSummed(a)) return backend.info(backend.handOver(b), b.shape)
    if (backend.isSummed(b)) return backend.info(backend.handOver(a), a.shape)
    return elementwise(backend, a, b, (x, y, out) => backend.addon.add(x, y, out))
  })
  override('Multiply', (backend, { a, b }) => {
    const scaled = scaleByScalar(backend, a, b) ?? scaleByScalar(backend, b, a)
    return scaled ?? elementwise(backend, a, b, (x, y, out) => backend.addon.multiply(x, y, out))
  })
  override('BatchMatMul', matMul)
}

function override(kernelName: string, kernel: Kernel): void {
  const fallback = tf.getKernel(kernelName, 'native')
  tf.unregisterKernel(kernelName, 'native')
  tf.registerKernel({
    ...fallback,
    kernelFunc: (call) => {
      const backend = call.backend as NativeBackend
      const inputs = call.inputs as Record<string, tf.TensorInfo>
      const attributes = (call.attrs ?? {}) as Record<string, unknown>
      return backend.whole(() => kernel(backend, inputs, attributes)) ?? fallback.kernelFunc(call)
    },
  })
}

function elementwise(
  backend: NativeBackend,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  run: (a: Float32Array, b: Float32Array, out: Float32Array) => void,
): Result {
  if (a.dtype !== 'float32' || b.dtype !== 'float32' || !tf.util.arraysEqual(a.shape, b.shape)) return undefined
  const out = backend.allocate(tf.util.sizeFromShape(a.shape))
  run(backend.floats(a), backend.floats(b), out)
  return backend.info(out, a.shape)
}

function scaleByScalar(backend: NativeBackend, a: tf.TensorInfo, by: tf.TensorInfo): Result {
  if (a.dtype !== 'float32' || by.dtype !== 'float32' || by.shape.length !== 0) return undefined
  const out = backend.allocate(tf.util.sizeFromShape(a.shape))
  backend.addon.scale(backend.floats(a), backend.floats(by)[0], out)
  return backend.info(out, a.shape)
}

/** Products of the last two axes; the axes before must agree (broadcasting is left to the JavaScript kernel). */
function matMul(
  backend: NativeBackend,
  { a, b }: Record<string, tf.TensorInfo>,
  { transposeA, transposeB }: Record<string, unknown>,
): Result {
  const batch = a.shape.slice(0, -2)
  if (a.dtype !== 'float32' || b.dtype !== 'float32' || !tf.util.arraysEqual(batch, b.shape.slice(0, -2)))
    return undefined
  const [aRows, aColumns] = a.shape.slice(-2)
  const [bRows, bColumns] = b.shape.slice(-2)
  const [M, K] = transposeA ? [aColumns, aRows] : [aRows, aColumns]
  const N = transposeB ? bRows : bColumns
  const count = tf.util.sizeFromShape(batch)
  const out = backend.allocate(count * M * N)
  const panels = transposeB
    ? backend.allocate(Math.ceil(N / backend.addon.panelWidth()) * backend.addon.panelWidth() * K)
    : null
  for (let i = 0; i < count; i++) {
    const left = backend.floats(a).subarray(i * M * K, (i + 1) * M * K)
    const right = backend.floats(b).subarray(i * K * N, (i + 1) * K * N)
    if (panels) backend.addon.pack(right, K, N, true, panels)
    backend.addon.gemm(
      M,
      N,
      K,
      left,
      transposeA ? 1 : K,
      transposeA ? M : 1,
      panels ?? right,
      panels !== null,
      N, // prettier-ignore
      out.subarray(i * M * N, (i + 1) * M * N),
      N,
      false,
      1,
      null, // prettier-ignore
    )
  }
  if (panels) backend.release(panels)
  return backend.info(out, [...batch, M, N])
}
