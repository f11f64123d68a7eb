import type { TextExample } from './TextExample.js'
import type { Page } from '../finqa/Page.js'
import { keyedRandom } from '../lib/keyedRandom.js'
import { pageLines } from './render/pageLines.js'
import { makePageText } from './synthetic/makePageText.js'

/**
 * Pretraining texts number `offset` to `offset + examples`. Their pages are drawn under a key of their own: none of them
 * is a page of the `synthetic` source, whatever the seeds.
 */
export function makeSyntheticTexts(options: { seed: number; examples: number; offset?: number }): TextExample[] {
  return Array.from({ length: options.examples }, (_, index) => {
    const number = (options.offset ?? 0) + index
    const random = keyedRandom('synthetic-text', options.seed, number)
    return { kind: 'text', id: `synthetic-text-${options.seed}/${number}`, ...makePageText(random, renderPage) }
  })
}

function renderPage(page: Page): string {
  const question = {
    kind: 'question',
    id: '',
    pageId: '',
    page,
    question: '',
    program: '',
    exeAns: 0,
    history: [],
  } as const
  return pageLines(question, 'full')
    .map(({ text }) => text)
    .join('\n')
}
