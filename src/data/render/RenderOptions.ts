import type { ChatMessage } from '../ChatMessage.js'

/** How a question becomes a prompt and a target: a recipe's `prompt` section, its traces read. */
export interface RenderOptions {
  /** fin-r1 explains the answer's format and the program language; compact shows the page and the question alone. */
  readonly template: 'fin-r1' | 'compact'
  /** The system message; absent: the template's own, which compact does not have. */
  readonly system?: string
  /** full: the whole page. evidence: only the gold rows and sentences, where they are known. */
  readonly context: 'full' | 'evidence'
  /** A table as rows under a header, or each row as sentences that name row and column of every figure. */
  readonly table: 'rows' | 'sentences'
  /** What <answer> holds: a program, or the value as text. */
  readonly answer: 'program' | 'text'
  /** What <think> holds in targets: the program's steps (with results unless false), their names alone, or traces by example id. */
  readonly reasoning:
    | { readonly type: 'program'; readonly results?: boolean }
    | { readonly type: 'operators' }
    | { readonly type: 'field'; readonly traces: ReadonlyMap<string, string> }
  /** Budget of a prompt, in the tokens that `countTokens` counts; absent: none. */
  readonly maxPromptTokens?: number
  /** Past the budget: cut the least useful sentences, leave the example out, or stop. */
  readonly onTooLong: 'trim' | 'drop' | 'error'
}

/** The prompt's length as the model sees it: chat template included. */
export type CountTokens = (messages: readonly ChatMessage[]) => number
