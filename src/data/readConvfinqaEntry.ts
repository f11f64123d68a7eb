import { findEvidence } from './findEvidence.js'
import type { QuestionExample, Turn } from './QuestionExample.js'
import {
  EntryError,
  readPageEntry,
  requireFields,
  requireTexts,
  requireValue,
  show,
  type Fields,
} from './readPageEntry.js'

export interface ConversationOptions {
  /** Of a conversation's turns every one, or the last, which holds the whole program; default all. */
  readonly turns?: 'all' | 'last'
  /** figures: see findEvidence, of all programs of the conversation; default none. */
  readonly evidence?: 'none' | 'figures'
}

/**
 * An entry of ConvFinQA as examples, one a turn with the turns before it: a conversation gives all its turns or the last,
 * an entry of the official turn files (`turn_ind`) the one it stands for.
 *
 * @throws EntryError
 */
export function readConvfinqaEntry(value: unknown, options: ConversationOptions = {}): QuestionExample[] {
  const entry = requireFields(value, 'entry')
  const annotation = requireFields(entry.annotation, 'annotation')
  const { id, pageId, page } = readPageEntry(entry)
  const turns = readTurns(annotation)
  const only = annotation.turn_ind ?? entry.turn_ind
  // The turn files end each id in the turn's number already.
  const conversationId = only === undefined ? id : id.replace(new RegExp(`_${String(only)}$`), '')
  const first = options.turns === 'last' ? turns.length - 1 : 0
  const wanted = only === undefined ? turns.map((_, t) => t).slice(first) : [requireTurn(only, turns.length)]
  const programs = turns.map(({ program }) => program)
  const evidence = options.evidence === 'figures' ? findEvidence(page, programs) : undefined
  return wanted.map((turn) => ({
    kind: 'question',
    id: `${conversationId}_${turn}`,
    pageId,
    page,
    ...turns[turn],
    ...(evidence && { evidence }),
    history: turns.slice(0, turn),
    conversationId,
    turn,
  }))
}

function readTurns(annotation: Fields): Turn[] & { exeAns: number | 'yes' | 'no' }[] {
  const questions = requireTexts(annotation, 'dialogue_break', 'annotation.dialogue_break')
  const programs = requireTexts(annotation, 'turn_program', 'annotation.turn_program')
  const values = annotation.exe_ans_list
  if (!Array.isArray(values)) throw new EntryError('annotation.exe_ans_list', show(values), 'a list of values')
  if (questions.length === 0 || programs.length !== questions.length || values.length !== questions.length) {
    const found = `${questions.length} questions, ${programs.length} programs, ${values.length} values`
    throw new EntryError('annotation', found, 'one of each a turn, at least one turn')
  }
  return questions.map((question, index) => ({
    question,
    program: programs[index],
    exeAns: requireValue(values[index], `annotation.exe_ans_list[${index}]`),
  }))
}

function requireTurn(value: unknown, turns: number): number {
  if (Number.isInteger(value) && (value as number) >= 0 && (value as number) < turns) return value as number
  throw new EntryError('annotation.turn_ind', show(value), `a whole number from 0 to ${turns - 1}`)
}
