import { existsSync } from 'node:fs'
import type { BackendCandidate } from './BackendCandidate.js'
import { startTensorflow } from './startTensorflow.js'

/** TensorFlow on an NVIDIA GPU. The plain package is tried too: on a library built with CUDA it also takes the GPU. */
export const tensorflowGpuBackend: BackendCandidate = {
  name: 'tensorflow',
  label: 'tensorflow (GPU)',
  async start() {
    if (!existsSync('/dev/nvidiactl') && !existsSync('/dev/dxg')) return { unavailable: 'no NVIDIA GPU is visible' }
    const reasons: string[] = []
    for (const packageName of ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node']) {
      const outcome = await startTensorflow(packageName)
      if ('unavailable' in outcome) reasons.push(outcome.unavailable)
      else if (outcome.gpu) return { kernels: 'cuda', threads: 1 }
      else reasons.push(`${packageName} finds no GPU`)
    }
    return { unavailable: reasons.join('; ') }
  },
}
