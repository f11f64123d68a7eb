import type { LocalEngineOptions } from '../engine/local/LocalEngineOptions.js'
import type { OpenJudgeModel } from './JudgeModel.js'

/** Loads judges into our own engine, each in a thread of its own: while one judges, signals and the policy are served. */
export function openJudgeModel(options: Pick<LocalEngineOptions, 'backend' | 'threads'>): OpenJudgeModel {
  return async (directory) => {
    const { createEngine } = await import('../engine/createEngine.js')
    const { loadTokenizer } = await import('../tokenizer/loadTokenizer.js')
    const tokenizer = await loadTokenizer(directory)
    const adapter = { type: 'full' } as const
    const engine = await createEngine({ type: 'local', ...options, modelPath: directory, adapter, seed: 0 })
    return { engine, tokenizer }
  }
}
