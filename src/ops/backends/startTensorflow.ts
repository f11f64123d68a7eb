import * as tf from '@tensorflow/tfjs-core'
import util from 'node:util'

/**
 * Loads one of TensorFlow's optional Node packages and makes it the active backend.
 *
 * @returns whether it computes on a GPU, or why it cannot be used (not installed, or its library does not load)
 */
export async function startTensorflow(packageName: string): Promise<{ gpu: boolean } | { unavailable: string }> {
  addRemovedUtilFunctions()
  tf.enableProdMode() // it registers every CPU kernel a second time and would warn of each
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '1' // warnings and errors of the library, not its advice
  try {
    await import(packageName)
    if (!(await tf.setBackend('tensorflow'))) return { unavailable: `${packageName} did not start` }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const missing = code === 'ERR_MODULE_NOT_FOUND' && message.includes(packageName)
    return { unavailable: missing ? `${packageName} is not installed` : `does not load: ${message.split('\n')[0]}` }
  }
  return { gpu: (tf.backend() as unknown as { isUsingGpuDevice?: boolean }).isUsingGpuDevice === true }
}

/** TensorFlow's package calls two functions that Node 23 removed. */
function addRemovedUtilFunctions(): void {
  const legacy = util as unknown as Record<string, unknown>
  legacy.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined
  legacy.isArray ??= Array.isArray
}
