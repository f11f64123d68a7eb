import { mentionsFigure } from '../mentionsFigure.js'
import type { QuestionExample } from '../QuestionExample.js'

/**
 * Where a program's literal comes from, in few words: `revenue 2009 is 5829` (table row and column), `the text gives 45`,
 * `the question gives 3`; undefined for constants and for what stands nowhere.
 */
export function operandSource(literal: string, example: QuestionExample): string | undefined {
  if (literal.startsWith('const_') || literal.startsWith('#')) return undefined
  const cell = findCell(literal, example)
  if (cell !== undefined) return `${cell} is ${literal}`
  const { preText, postText } = example.page
  if ([...preText, ...postText].some((text) => mentionsFigure(text, literal))) return `the text gives ${literal}`
  if (mentionsFigure(example.question, literal)) return `the question gives ${literal}`
  return undefined
}

/** The name and column of the table cell that holds the literal; evidence and words of the question decide among several. */
function findCell(literal: string, example: QuestionExample): string | undefined {
  const { table } = example.page
  const header = table[0] ?? []
  const asked = [...example.history.map((turn) => turn.question), example.question].join(' ')
  let best: { name: string; score: number } | undefined
  for (const [row, cells] of table.entries()) {
    if (row === 0) continue
    for (const [column, cell] of cells.entries()) {
      if (column === 0 || !mentionsFigure(cell, literal)) continue
      const name = [cells[0], header[column]].filter((part) => part !== undefined && part.trim() !== '').join(' ')
      const known = example.evidence?.includes(`table_${row}`) ? 100 : 0
      const score = known + sharedWords(name, asked)
      if (best === undefined || score > best.score) best = { name, score }
    }
  }
  return best?.name
}

function sharedWords(name: string, question: string): number {
  const asked = new Set(question.toLowerCase().split(/\s+/))
  return name
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => asked.has(word)).length
}
