import type { OpenAiJudgeOptions } from './openai/OpenAiJudgeOptions.js'

/** Which model judges what the rules leave open: a recipe's `verifier.model`. */
export type JudgeOptions =
  | { readonly type: 'none' }
  | { readonly type: 'embedded' }
  | { readonly type: 'local'; readonly path: string }
  | ({ readonly type: 'openai' } & OpenAiJudgeOptions)
