import type { Page } from '../../finqa/Page.js'

/** FinQA's gold_inds for these keys: a table row as a sentence, a text sentence as it stands. */
export function evidenceText(page: Page, keys: readonly string[]): Record<string, string> {
  const sentences = [...page.preText, ...page.postText]
  return Object.fromEntries(
    [...new Set(keys)].map((key) => {
      const [kind, index] = key.split('_')
      return [key, kind === 'text' ? sentences[Number(index)] : rowSentence(page.table, Number(index))]
    }),
  )
}

function rowSentence(table: Page['table'], index: number): string {
  const [header, row] = [table[0], table[index]]
  const cells = row.slice(1).map((cell, column) => `the ${row[0]} of ${header[column + 1]} is ${cell} ;`)
  return [header[0], ...cells].join(' ')
}
