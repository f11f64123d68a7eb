import type { LocalEngineOptions } from '../engine/local/LocalEngineOptions.js'
import type { OpenJudgeModel } from './JudgeModel.js'

/** Loads judges into our own engine. Its backend is the process's: take the run's, or the run would change under its feet. */
export function openJudgeModel(options: Pick<LocalEngineOptions, 'backend' | 'threads'>): OpenJudgeModel {
  return async (directory) => {
    const { createLocalEngine } = await import('../engine/local/createLocalEngine.js')
    const { loadTokenizer } = await import('../tokenizer/loadTokenizer.js')
    const tokenizer = await loadTokenizer(directory)
    const engine = await createLocalEngine({ ...options, modelPath: directory, adapter: { type: 'full' }, seed: 0 })
    return { engine, tokenizer }
  }
}
