import type { ProgramValue } from '../../finqa/ProgramResult.js'
import type { ChatMessage } from '../ChatMessage.js'

/** A question as the model gets it and as it ought to answer. */
export interface RenderedExample {
  /** The prompt; the last message is the user's. */
  readonly messages: readonly ChatMessage[]
  /** `<think>…</think><answer>…</answer>`; empty where reasoning comes from traces and there is none for this example. */
  readonly target: string
  readonly gold: {
    /** The value as text, e.g. 0.01639 or yes. */
    readonly text: string
    readonly exeAns: ProgramValue
    readonly program: string
  }
  /** Lines of the page cut to meet the token budget. */
  readonly trimmedSentences: number
  /** True where the prompt is past the budget and is to be left out; its messages are then uncut. */
  readonly dropped: boolean
}
