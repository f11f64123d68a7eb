import * as tf from '@tensorflow/tfjs-core'

type Kernel = (inputs: Record<string, tf.TensorInfo>, attrs: Record<string, unknown>) => tf.TensorInfo

/**
 * Matrix products on the wasm backend: its fast path takes two plain matrices only; transposed or batched ones run
 * 15 to 30 times slower in a naive loop. So factors are transposed, and batches taken apart, before.
 */
export function registerWasmKernels(): void {
  const plain = tf.getKernel('BatchMatMul', 'wasm')
  tf.unregisterKernel('BatchMatMul', 'wasm')
  tf.registerKernel({
    ...plain,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { a, b } = inputs as Record<string, tf.TensorInfo>
      const { transposeA, transposeB } = attrs as unknown as { transposeA: boolean; transposeB: boolean }
      const held: tf.TensorInfo[] = []
      const hold = (info: tf.TensorInfo) => {
        held.push(info)
        return info
      }
      const call = (name: string): Kernel => {
        const { kernelFunc } = tf.getKernel(name, 'wasm')
        return (given, options) =>
          kernelFunc({ inputs: given, attrs: options as unknown as tf.NamedAttrMap, backend }) as tf.TensorInfo
      }
      const untransposed = (x: tf.TensorInfo, turned: boolean) =>
        turned ? hold(call('Transpose')({ x }, { perm: swapLast(x.shape.length) })) : x
      const product = (left: tf.TensorInfo, right: tf.TensorInfo) =>
        plain.kernelFunc({
          inputs: { a: left, b: right },
          attrs: { transposeA: false, transposeB: false },
          backend,
        }) as tf.TensorInfo
      const [left, right] = [untransposed(a, transposeA), untransposed(b, transposeB)]
      const result =
        a.shape.length === 3 && a.shape[0] > 1 && a.shape[0] === b.shape[0]
          ? batched(left, right, call, product, hold)
          : product(left, right)
      for (const { dataId } of held) (backend as tf.KernelBackend).disposeData(dataId)
      return result
    },
  })
}

/** One plain product for each matrix of the batch. */
function batched(
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  call: (name: string) => Kernel,
  product: (a: tf.TensorInfo, b: tf.TensorInfo) => tf.TensorInfo,
  hold: (info: tf.TensorInfo) => tf.TensorInfo,
): tf.TensorInfo {
  const one = (x: tf.TensorInfo, i: number) =>
    hold(call('Slice')({ x }, { begin: [i, 0, 0], size: [1, ...x.shape.slice(1)] }))
  const parts = Array.from({ length: a.shape[0] }, (_, i) => hold(product(one(a, i), one(b, i))))
  return call('Concat')(parts as unknown as Record<string, tf.TensorInfo>, { axis: 0 })
}

function swapLast(rank: number): number[] {
  const permutation = Array.from({ length: rank }, (_, i) => i)
  return [...permutation.slice(0, -2), rank - 1, rank - 2]
}
