import type { ChatModelOptions } from '../verifier/JudgeOptions.js'
import type { LengthRewardOptions } from './lengthReward.js'
import type { Language } from './languageReward.js'
import type { ModuleRewardOptions } from './module/moduleReward.js'
import type { RubricCriterion } from './rubricReward.js'

/** One reward of a recipe. */
export type RewardTermOptions = { readonly weight: number } & (
  | { readonly type: 'format' | 'accuracy' | 'refusal' }
  | ({ readonly type: 'length' } & LengthRewardOptions)
  | { readonly type: 'overlong'; readonly maxLength: number; readonly buffer: number }
  | { readonly type: 'repetition'; readonly ngram: number; readonly maxPenalty: number }
  | { readonly type: 'language'; readonly language: Language | 'prompt' }
  | { readonly type: 'rubric'; readonly criteria: readonly RubricCriterion[]; readonly model: ChatModelOptions }
  | ({ readonly type: 'module' } & Omit<ModuleRewardOptions, 'name'> & { readonly name?: string })
)

/** A recipe's `rewards`, in plain words. */
export interface RewardOptions {
  readonly combine: 'additive' | 'gated'
  readonly terms: readonly RewardTermOptions[]
}
