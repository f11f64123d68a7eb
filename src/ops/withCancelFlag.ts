import { activeNative } from './backends/activeNative.js'

/**
 * Runs kernels that end with an error soon after flag[0] becomes other than 0 (native backend; others run on).
 * What they were to write is then worthless: only for work whose results can be dropped.
 *
 * @param flag [1], shared memory that another thread sets
 */
export async function withCancelFlag<T>(flag: Int32Array, work: () => Promise<T>): Promise<T> {
  const backend = activeNative()
  backend?.addon.watchCancel(flag)
  try {
    return await work()
  } finally {
    backend?.addon.watchCancel(null)
  }
}
