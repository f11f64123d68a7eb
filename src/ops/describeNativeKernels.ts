import { loadNativeAddon } from './backends/loadNativeAddon.js'

/** What `fintune doctor` shows of the native kernels. */
export interface NativeKernelsDescription {
  /** The CPU's features that matter to kernels, e.g. ["avx2", "fma"]. */
  readonly cpuFeatures: string[]
  /** The instruction set in use, e.g. avx2. */
  readonly kernels: string
  /** The compiler that built them. */
  readonly compiler: string
  /** Rate of a 512³ float32 matrix product with the threads now set, in GFLOP/s. */
  readonly gflops: number
}

/** Describes the native kernels and times a matrix product (some 50 ms); null where they are not built. */
export function describeNativeKernels(): NativeKernelsDescription | null {
  const loaded = loadNativeAddon()
  if ('unavailable' in loaded) return null
  const { addon } = loaded
  const kernels = addon.useKernels(process.env.FINTUNE_ISA ?? '') || addon.useKernels('')
  const size = 512
  const [a, b, c, panels] = Array.from({ length: 4 }, () => new Float32Array(size * size).fill(1))
  addon.pack(b, size, size, false, panels)
  const times = Array.from({ length: 15 }, () => {
    const started = performance.now()
    addon.gemm(size, size, size, a, size, 1, panels, true, 0, c, size, false, 1, null)
    return performance.now() - started
  })
  return {
    cpuFeatures: addon.cpuFeatures().split(' ').filter(Boolean),
    kernels,
    compiler: addon.compiler(),
    gflops: (2 * size ** 3) / (Math.min(...times) * 1e6),
  }
}
