import * as tf from '@tensorflow/tfjs-core'
import type { BackendCandidate } from './BackendCandidate.js'

/** TensorFlow.js in plain JavaScript: works everywhere, slow. */
export const cpuBackend: BackendCandidate = {
  name: 'cpu',
  label: 'cpu',
  async start() {
    await import('@tensorflow/tfjs-backend-cpu')
    await tf.setBackend('cpu')
    return { kernels: 'javascript', threads: 1 }
  },
}
