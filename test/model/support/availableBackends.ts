import { initBackend } from '../../../src/ops/initBackend.js'

/** The reference backend, wasm, and our own kernels where they have been built. */
export async function availableBackends(): Promise<('cpu' | 'wasm' | 'native')[]> {
  const hasNative = await initBackend({ backend: 'native', threads: 2 }).then(
    () => true,
    () => false,
  )
  return ['cpu', 'wasm', ...(hasNative ? ['native' as const] : [])]
}
