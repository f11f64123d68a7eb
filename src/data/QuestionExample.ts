import type { Page } from '../finqa/Page.js'

/** One earlier turn of a conversation. */
export interface Turn {
  readonly question: string
  readonly program: string
  readonly exeAns: number | string
}

/** A question about a page, as FinQA and ConvFinQA (a turn an example) and the synthetic generator give them. */
export interface QuestionExample {
  readonly kind: 'question'
  /** FinQA's id, or `<conversation id>_<turn, from 0>`. */
  readonly id: string
  /** Whose figures they are, e.g. ETR/2009/page_12.pdf: splits are cut by it. */
  readonly pageId: string
  readonly page: Page
  readonly question: string
  /** Gold program, FinQA's language, e.g. `subtract(5829, 5735), divide(#0, 5735)`, or a lone number in ConvFinQA. */
  readonly program: string
  /** What the gold program executes to: a number, or yes / no. */
  readonly exeAns: number | 'yes' | 'no'
  /** The human answer, where there is one; sometimes wrong. */
  readonly answer?: string
  /** Keys of FinQA's gold_inds (text_3, table_1), where known. */
  readonly evidence?: readonly string[]
  /** Earlier turns of the conversation, oldest first; empty in FinQA. */
  readonly history: readonly Turn[]
  readonly conversationId?: string
  readonly turn?: number
}
