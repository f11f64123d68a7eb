import { availableParallelism } from 'node:os'
import type { BackendCandidate } from './BackendCandidate.js'
import { startTensorflow } from './startTensorflow.js'

/** TensorFlow's own CPU library; it takes as many threads as it sees processors. */
export const tensorflowCpuBackend: BackendCandidate = {
  name: 'tensorflow',
  label: 'tensorflow',
  async start() {
    const outcome = await startTensorflow('@tensorflow/tfjs-node')
    if ('unavailable' in outcome) return outcome
    return { kernels: outcome.gpu ? 'cuda' : 'tensorflow-cpu', threads: availableParallelism() }
  },
}
