import type { OpenAiChatOptions } from './openai/OpenAiChatOptions.js'

/** How a chat model is made a judge. */
export interface ChatJudgeOptions {
  /** A file of instructions; default: the shipped recipes/judge/equivalence.md. */
  readonly prompt?: string
  /** Shows the question to the judge. Default false: judges err more with it. */
  readonly question?: boolean
  /** How often each pair is asked; more than half must agree. Default 1. */
  readonly votes?: number
}

/** A chat model that judges. */
export type ChatModelOptions =
  | ({
      readonly type: 'local'
      readonly path: string
      readonly maxTokens?: number
      readonly temperature?: number
    } & ChatJudgeOptions)
  | ({ readonly type: 'openai' } & OpenAiChatOptions & ChatJudgeOptions)

/** One model that judges. */
export type SingleJudgeOptions = { readonly type: 'embedded'; readonly threshold?: number } | ChatModelOptions

/** Who judges what the rules leave open: a recipe's `verifier.model`. */
export type JudgeOptions =
  | { readonly type: 'none' }
  | SingleJudgeOptions
  | { readonly type: 'majority'; readonly judges: readonly SingleJudgeOptions[] }
  | { readonly type: 'escalation'; readonly judges: readonly SingleJudgeOptions[]; readonly certain?: number }
