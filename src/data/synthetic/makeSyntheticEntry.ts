import type { ProgramValue } from '../../finqa/ProgramResult.js'
import type { ConvfinqaEntry } from './ConvfinqaEntry.js'
import type { FinqaEntry } from './FinqaEntry.js'
import type { SyntheticOptions } from './SyntheticOptions.js'
import type { SyntheticPage } from './SyntheticPage.js'
import { executeProgram } from '../../finqa/executeProgram.js'
import { keyedRandom } from '../../lib/keyedRandom.js'
import { evidenceText } from './evidenceText.js'
import { makeConversation } from './makeConversation.js'
import { makePage } from './makePage.js'
import { makeQuestion } from './makeQuestion.js'

/**
 * The invented page of this number, with a question (FinQA's schema) or a conversation (ConvFinQA's).
 *
 * (seed, number) is the page's seed: equal ones give equal pages, and two sets are disjoint when their seeds differ or
 * their ranges of numbers do not overlap. Ids carry both: `synthetic-<seed>/page_<number>.pdf-1`.
 */
export function makeSyntheticEntry(options: SyntheticOptions, number: number): FinqaEntry | ConvfinqaEntry {
  const random = keyedRandom('synthetic', options.seed, number)
  const conversation = random.uniform() < (options.turns ?? 0)
  const page = makePage(random, options.distractors ?? 0.35)
  const filename = `synthetic-${options.seed}/page_${number}.pdf`
  const common = { id: `${filename}-1`, filename, pre_text: page.preText, post_text: page.postText, table: page.table }
  if (conversation) return { ...common, annotation: annotate(page, makeConversation(page, random)) }
  const { text, program, evidence, value } = makeQuestion(page, random, options.steps ?? [0.5, 0.35, 0.15])
  const gold = evidenceText(page, evidence)
  return { ...common, qa: { question: text, answer: String(value), program, exe_ans: value, gold_inds: gold } }
}

function annotate(page: SyntheticPage, turns: ReturnType<typeof makeConversation>): ConvfinqaEntry['annotation'] {
  const values = turns.map(({ program }) => valueOf(program, page))
  return {
    dialogue_break: turns.map(({ question }) => question),
    turn_program: turns.map(({ program }) => program),
    qa_split: turns.map(({ split }) => split),
    exe_ans_list: values,
    answer_list: values.map(String),
  }
}

function valueOf(program: string, page: SyntheticPage): ProgramValue {
  const result = executeProgram(program, page)
  if (!result.valid) throw new Error(`an invented turn does not execute: ${program}: ${result.reason}`)
  return result.value
}
