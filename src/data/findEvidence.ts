import type { Page } from '../finqa/Page.js'
import { parseSteps } from '../finqa/parseSteps.js'
import { tokenizeProgram } from '../finqa/tokenizeProgram.js'
import { mentionsFigure } from './mentionsFigure.js'

/**
 * Where the figures of some programs stand on their page, as keys like FinQA's gold_inds (text_3, table_1): every table row
 * that holds one or is named by a table step; for figures in no row, every sentence that holds one. Empty where nothing is
 * found. ConvFinQA's conversations name no evidence; this stands in for it.
 */
export function findEvidence({ preText, postText, table }: Page, programs: readonly string[]): string[] {
  const operands = new Set(programs.flatMap(operandsOf))
  const rows = table.flatMap((cells, index) => {
    if (index === 0) return []
    const [name, ...values] = cells
    const found = [...operands].filter(
      (operand) => operand === name || values.some((cell) => mentionsFigure(cell, operand)),
    )
    return found.length === 0 ? [] : [{ key: `table_${index}`, found }]
  })
  const inRows = new Set(rows.flatMap(({ found }) => found))
  const others = [...operands].filter((operand) => !inRows.has(operand))
  const sentences = [...preText, ...postText].flatMap((text, index) =>
    others.some((operand) => mentionsFigure(text, operand)) ? [`text_${index}`] : [],
  )
  return [...rows.map(({ key }) => key), ...sentences]
}

/** Literals and row names of a program; not constants nor results of steps. */
function operandsOf(program: string): string[] {
  const tokens = tokenizeProgram(program)
  if (tokens.length === 1) return tokens
  const steps = parseSteps(tokens)
  if (typeof steps === 'string') return []
  const operands = steps.flatMap(({ operator, arg1, arg2 }) => (operator.startsWith('table_') ? [arg1] : [arg1, arg2]))
  return operands.filter((operand) => !/^(#|const_)/.test(operand))
}
