import type { QuestionExample } from '../data/QuestionExample.js'
import type { Engine, SampleParams } from '../engine/Engine.js'
import type { PromptItem } from '../rollout/PromptItem.js'

export interface EvalOptions {
  readonly engine: Engine
  /** Names in the result and in the keys of randomness. */
  readonly stage: string
  readonly data: string
  readonly examples: readonly QuestionExample[]
  /** Earlier turns in the prompt: as the data gives them, or what this model answered. */
  readonly history: 'gold' | 'own'
  /** The prompt of an example; `ownAnswers` stand for the answers of earlier turns, default the gold ones. */
  readonly toPrompt: (example: QuestionExample, ownAnswers?: readonly string[]) => PromptItem
  readonly decode: (tokens: readonly number[]) => string
  /** What <answer> holds. */
  readonly answer: 'program' | 'text'
  readonly sampling: Omit<SampleParams, 'numGenerations' | 'seed' | 'signal' | 'onProgress'>
  readonly samples: number
  readonly seed: number
  readonly signal?: AbortSignal
  readonly onProgress?: (done: { answered: number; of: number; tokens: number }) => void
}
