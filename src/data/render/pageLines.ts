import type { QuestionExample } from '../QuestionExample.js'
import type { RenderOptions } from './RenderOptions.js'
import { tidyFigures } from '../../finqa/tidyFigures.js'

/** A line of the rendered page. */
export interface PageLine {
  readonly text: string
  readonly kind: 'sentence' | 'header' | 'row'
}

/**
 * The page as lines: text before the table, the table, text after it. Dollar signs of cells are left out, they cost a token
 * each.
 *
 * @param options.context evidence keeps the header and what gold_inds names; where that is unknown, everything
 * @param options.table   rows: `revenue | 5829 | 5735` under a header; sentences: `revenue 2009 is 5829 , revenue 2008 is
 *                        5735`, longer, but a figure stands beside its names, as FinQA's own models read tables
 */
export function pageLines(
  example: QuestionExample,
  { context, table }: Pick<RenderOptions, 'context' | 'table'>,
): PageLine[] {
  const { preText, postText } = example.page
  const evidence = context === 'evidence' ? example.evidence : undefined
  const wanted = (key: string) => evidence === undefined || evidence.length === 0 || evidence.includes(key)
  const sentences = [...preText, ...postText].map((text, index) => ({ text: tidyFigures(text), key: `text_${index}` }))
  const [header, ...rows] = example.page.table.map((cells) => cells.map(tidyCell))
  const body = rows.filter((_, index) => wanted(`table_${index + 1}`))
  const top = header !== undefined && (body.length > 0 || wanted('table_0')) ? [header] : []
  const say = (from: number, to: number): PageLine[] =>
    sentences
      .slice(from, to)
      .filter(({ text, key }) => wanted(key) && /[^\s.]/.test(text))
      .map(({ text }) => ({ text, kind: 'sentence' }))
  return [
    ...say(0, preText.length),
    ...top.flatMap((cells) => headerLine(cells, table)),
    ...body.map((cells): PageLine => ({ text: rowText(cells, header, table), kind: 'row' })),
    ...say(preText.length, sentences.length),
  ]
}

/** In sentences the columns' names stand in every row: only the corner is left, which often tells the unit. */
function headerLine(cells: readonly string[], table: RenderOptions['table']): PageLine[] {
  const text = table === 'rows' ? cells.join(' | ') : (cells[0] ?? '')
  return table === 'sentences' && text === '' ? [] : [{ text, kind: 'header' }]
}

function rowText(cells: readonly string[], header: readonly string[], table: RenderOptions['table']): string {
  if (table === 'rows') return cells.join(' | ')
  const [name, ...values] = cells
  const sayings = values.flatMap((value, index) => {
    const names = [name, header[index + 1] ?? ''].filter((part) => part !== '')
    return value === '' ? [] : [[...names, 'is', value].join(' ')]
  })
  return sayings.length === 0 ? name : sayings.join(' , ')
}

const tidyCell = (cell: string) => tidyFigures(cell.replaceAll('$', '').replace(/\s+/g, ' ').trim())
