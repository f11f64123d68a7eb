import type { QuestionExample } from '../QuestionExample.js'
import { tidyFigures } from '../../finqa/tidyFigures.js'

/** A line of the rendered page. */
export interface PageLine {
  readonly text: string
  readonly kind: 'sentence' | 'header' | 'row'
}

/**
 * The page as lines: text before the table, a line a table row (`revenue | 5829 | 5735`; dollar signs are left out, they
 * cost a token a cell), text after it.
 *
 * @param context evidence keeps the header and what gold_inds names; where that is unknown, everything
 */
export function pageLines(example: QuestionExample, context: 'full' | 'evidence'): PageLine[] {
  const { preText, postText, table } = example.page
  const evidence = context === 'evidence' ? example.evidence : undefined
  const wanted = (key: string) => evidence === undefined || evidence.length === 0 || evidence.includes(key)
  const sentences = [...preText, ...postText].map((text, index) => ({ text: tidyFigures(text), key: `text_${index}` }))
  const rows = table.map((cells, index) => ({ text: cells.map(tidyCell).join(' | '), key: `table_${index}` }))
  const body = rows.slice(1).filter(({ key }) => wanted(key))
  const header = body.length > 0 || wanted('table_0') ? rows.slice(0, 1) : []
  const say = (from: number, to: number): PageLine[] =>
    sentences
      .slice(from, to)
      .filter(({ text, key }) => wanted(key) && /[^\s.]/.test(text))
      .map(({ text }) => ({ text, kind: 'sentence' }))
  return [
    ...say(0, preText.length),
    ...header.map(({ text }): PageLine => ({ text, kind: 'header' })),
    ...body.map(({ text }): PageLine => ({ text, kind: 'row' })),
    ...say(preText.length, sentences.length),
  ]
}

const tidyCell = (cell: string) => tidyFigures(cell.replaceAll('$', '').replace(/\s+/g, ' ').trim())
