import type { Turn } from './QuestionExample.js'

/** How a question becomes a prompt and a target: a recipe's `prompt` section. */
export interface RenderOptions {
  /** fin-r1 explains the answer's format and the program language; compact shows the page and the question alone. */
  readonly template: 'fin-r1' | 'compact'
  /** full: the whole page. evidence: only the gold rows and sentences, where they are known. */
  readonly context: 'full' | 'evidence'
  /** What <answer> holds: a program, or the value as text. */
  readonly answer: 'program' | 'text'
  /** What <think> holds in targets: the program's steps, or distilled traces (JSONL of {"id", "reasoning"}, see readTraces). */
  readonly reasoning: { readonly type: 'program' } | { readonly type: 'field'; readonly path: string }
  /** Budget of a prompt in tokens of its text (a chat template's own tokens come on top); absent: none. */
  readonly maxPromptTokens?: number
  /** Past the budget: cut the least useful sentences, leave the example out, or stop. */
  readonly onTooLong: 'trim' | 'drop' | 'error'
}

/** The conversation so far, where it is not the gold one. */
export interface RenderContext {
  /**
   * Earlier turns, oldest first; default: the example's own. A turn that is not one of the example's own holds in
   * `program` what the model answered, program or text.
   */
  readonly history?: readonly Turn[]
}
