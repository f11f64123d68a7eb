import * as tf from '@tensorflow/tfjs-core'
import { FintuneError } from '../lib/FintuneError.js'
import { InputError } from '../lib/InputError.js'
import { backendCandidates } from './backends/backendCandidates.js'
import { forcedIsa } from './backends/forcedIsa.js'
import { registerGradients } from './backends/registerGradients.js'
import type { BackendInfo } from './BackendInfo.js'

export interface BackendOptions {
  readonly backend: 'auto' | 'native' | 'tensorflow' | 'wasm' | 'cpu'
  /** Threads of our own kernels; auto takes the processors this process may use. */
  readonly threads: number | 'auto'
}

/**
 * Makes a TensorFlow.js backend the active one. `auto` takes the first that works of: TensorFlow with a visible GPU,
 * our native kernels, TensorFlow on the CPU, wasm, plain JavaScript; with FINTUNE_ISA our native kernels, on that path.
 * Called again it switches.
 *
 * @throws InputError when the backend asked for by name, or FINTUNE_ISA's path, cannot be used here; the message says why
 * and what to do
 */
export async function initBackend(options: BackendOptions): Promise<BackendInfo> {
  // TensorFlow.js advises its own Node package at the first tensor; production mode keeps such notices quiet.
  tf.enableProdMode()
  registerGradients()
  const reasons: string[] = []
  const name = options.backend === 'auto' && forcedIsa() !== '' ? 'native' : options.backend
  const wanted = backendCandidates.filter((candidate) => name === 'auto' || candidate.name === name)
  for (const candidate of wanted) {
    const outcome = await candidate.start(options.threads)
    if ('unavailable' in outcome) {
      reasons.push(`${candidate.label}: ${outcome.unavailable}`)
      continue
    }
    reasons.push(`${candidate.label}: ${options.backend === 'auto' ? 'the first that works here' : 'as asked for'}`)
    return { name: candidate.name, kernels: outcome.kernels, threads: outcome.threads, reasons }
  }
  if (options.backend === 'auto') throw new FintuneError(`No backend works here:\n  ${reasons.join('\n  ')}`)
  throw new InputError(
    `engine.backend: ${options.backend} cannot be used here:\n  ${reasons.join('\n  ')}\n` +
      'Allowed: auto, native, tensorflow, wasm, cpu. To see what works:  fintune doctor',
  )
}
