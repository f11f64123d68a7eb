import type { FinqaEntry } from './FinqaEntry.js'

/** An entry of ConvFinQA's conversation files: the page and one item a turn in each list. */
export interface ConvfinqaEntry extends Omit<FinqaEntry, 'qa'> {
  readonly annotation: {
    readonly dialogue_break: readonly string[]
    readonly turn_program: readonly string[]
    readonly qa_split: readonly number[]
    readonly exe_ans_list: readonly (number | 'yes' | 'no')[]
    readonly answer_list: readonly string[]
  }
}
