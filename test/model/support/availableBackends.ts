import { initBackend } from '../../../src/ops/initBackend.js'

/** The reference backend, and our own kernels where they have been built. */
export async function availableBackends(): Promise<('cpu' | 'native')[]> {
  const hasNative = await initBackend({ backend: 'native', threads: 2 }).then(
    () => true,
    () => false,
  )
  return hasNative ? ['cpu', 'native'] : ['cpu']
}
