import { executeProgram } from '../finqa/executeProgram.js'
import { parseSteps } from '../finqa/parseSteps.js'
import { tokenizeProgram } from '../finqa/tokenizeProgram.js'
import type { Example } from './Example.js'
import type { QuestionExample } from './QuestionExample.js'

/** A gold program that does not execute to its gold value. */
export interface WrongGold {
  readonly id: string
  readonly program: string
  readonly expected: number | string
  readonly found: number | string
}

/** What a data set consists of, and the gold programs that do not give their gold value. */
export function checkExamples(examples: readonly Example[]): { counts: Record<string, number>; wrong: WrongGold[] } {
  const counts: Record<string, number> = { examples: examples.length }
  const count = (name: string) => (counts[name] = (counts[name] ?? 0) + 1)
  const wrong: WrongGold[] = []
  const pages = new Set<string>()
  for (const example of examples) {
    if (example.kind === 'pair') count(`${example.category}, ${example.equivalent ? 'equivalent' : 'different'}`)
    if (example.kind !== 'question') continue
    pages.add(example.pageId)
    describeQuestion(example).forEach(count)
    const result = executeProgram(example.program, example.page)
    const found = result.valid ? result.value : `nothing (${result.reason})`
    if (found !== example.exeAns)
      wrong.push({ id: example.id, program: example.program, expected: example.exeAns, found })
  }
  const { examples: total, ...kinds } = counts
  const sorted = Object.entries(kinds).sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    counts: { examples: total, ...(pages.size > 0 && { pages: pages.size }), ...Object.fromEntries(sorted) },
    wrong,
  }
}

function describeQuestion(example: QuestionExample): string[] {
  const steps = parseSteps(tokenizeProgram(example.program))
  const length = typeof steps === 'string' ? 'a number' : `${steps.length} step${steps.length === 1 ? '' : 's'}`
  const operators = typeof steps === 'string' ? [] : [...new Set(steps.map(({ operator }) => `with ${operator}`))]
  return [
    length,
    ...operators,
    ...(typeof example.exeAns === 'string' ? ['yes or no'] : []),
    ...(example.evidence === undefined ? [] : ['with evidence']),
    ...(example.history.length > 0 ? ['later turns'] : []),
  ]
}
