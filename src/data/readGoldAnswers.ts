import type { GoldAnswer } from '../finqa/GoldAnswer.js'
import { DataError } from './DataError.js'
import { parseExamples } from './parseExamples.js'
import { readEntries } from './readEntries.js'
import {
  EntryError,
  requireFields,
  requireText,
  requireTexts,
  requireValue,
  show,
  type Fields,
} from './readPageEntry.js'

/**
 * Gold answers by id, from FinQA's files, ConvFinQA's conversations or its turn files. Only what scoring needs is read.
 *
 * @throws DataError naming each bad entry, or an id that stands there twice
 */
export async function readGoldAnswers(
  format: 'finqa' | 'convfinqa',
  path: string,
): Promise<ReadonlyMap<string, GoldAnswer>> {
  const read = format === 'finqa' ? readFinqa : readConvfinqa
  const answers = parseExamples(path, await readEntries(path), `${format} entries`, (value) =>
    read(requireFields(value, 'entry')),
  ).flat()
  const gold = new Map(answers.map((answer) => [answer.id, answer]))
  if (gold.size === answers.length) return gold
  const repeated = answers.find((answer) => gold.get(answer.id) !== answer)
  throw new DataError(`${path}: id "${repeated?.id}" stands there twice; ids tell answers apart.`)
}

function readFinqa(entry: Fields): GoldAnswer[] {
  const flat = entry.qa === undefined && entry.question !== undefined // the hub's parquet
  const qa = flat ? entry : requireFields(entry.qa, 'qa')
  return [
    {
      id: requireText(entry, 'id'),
      table: readTable(entry),
      program: requireText(qa, 'program', 'qa.program'),
      exeAns: requireValue(qa.exe_ans, 'qa.exe_ans', flat),
    },
  ]
}

function readConvfinqa(entry: Fields): GoldAnswer[] {
  const annotation = requireFields(entry.annotation, 'annotation')
  const id = requireText(entry, 'id')
  const table = readTable(entry)
  if (annotation.cur_program !== undefined) {
    const turn = String(annotation.turn_ind)
    const program = requireText(annotation, 'cur_program', 'annotation.cur_program')
    const exeAns = requireValue(annotation.exe_ans, 'annotation.exe_ans')
    return [{ id: id.endsWith(`_${turn}`) ? id : `${id}_${turn}`, table, program, exeAns }]
  }
  const programs = requireTexts(annotation, 'turn_program', 'annotation.turn_program')
  const values = annotation.exe_ans_list
  if (!Array.isArray(values) || values.length !== programs.length)
    throw new EntryError('annotation.exe_ans_list', show(values), `a list of ${programs.length} values`)
  return programs.map((program, turn) => ({
    id: `${id}_${turn}`,
    table,
    program,
    exeAns: requireValue(values[turn], `annotation.exe_ans_list[${turn}]`),
  }))
}

function readTable(entry: Fields): string[][] {
  if (!Array.isArray(entry.table)) throw new EntryError('table', show(entry.table), 'a list of rows')
  return entry.table.map((_, row) => requireTexts(entry.table as Fields, String(row), `table[${row}]`))
}
