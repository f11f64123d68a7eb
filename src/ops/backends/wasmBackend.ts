import * as tf from '@tensorflow/tfjs-core'
import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import type { BackendCandidate } from './BackendCandidate.js'
import { registerWasmKernels } from './registerWasmKernels.js'

/** TensorFlow.js in WebAssembly (one thread in Node). */
export const wasmBackend: BackendCandidate = {
  name: 'wasm',
  label: 'wasm',
  async start() {
    try {
      const wasm = await import('@tensorflow/tfjs-backend-wasm')
      const packageFile = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json')
      const first = tf.findBackend('wasm') === null
      if (first) wasm.setWasmPaths(join(dirname(packageFile), 'dist') + sep)
      if (!(await tf.setBackend('wasm'))) return { unavailable: 'WebAssembly did not start' }
      if (first) registerWasmKernels()
      return { kernels: 'wasm-simd', threads: 1 }
    } catch (error) {
      return { unavailable: (error as Error).message.split('\n')[0] }
    }
  },
}
