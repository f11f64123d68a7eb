import { loadNativeAddon } from '../../../src/ops/backends/loadNativeAddon.js'

/** The instruction sets the native kernels can run with here; empty where they are not built. */
export function nativeIsas(): string[] {
  const loaded = loadNativeAddon()
  if ('unavailable' in loaded) {
    console.warn(`native kernels: ${loaded.unavailable}; their tests are skipped`)
    return []
  }
  return ['portable', 'avx2', 'avx512', 'avx512_bf16', 'amx'].filter((isa) => loaded.addon.useKernels(isa) === isa)
}
