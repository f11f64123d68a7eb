import type { TextExample } from './TextExample.js'
import type { Page } from '../finqa/Page.js'
import { keyedRandom } from '../lib/keyedRandom.js'
import { pageLines } from './render/pageLines.js'
import { makeCopyText } from './synthetic/makeCopyText.js'
import { makePageText } from './synthetic/makePageText.js'

/**
 * Pretraining texts number `offset` to `offset + examples`. Their pages are drawn under a key of their own: none of them
 * is a page of the `synthetic` source, whatever the seeds.
 */
export function makeSyntheticTexts(options: {
  seed: number
  examples: number
  offset?: number
  /** Exercises in reading a page (default), or runs of words and figures to say again. */
  content?: 'pages' | 'copies'
}): TextExample[] {
  return Array.from({ length: options.examples }, (_, index) => {
    const number = (options.offset ?? 0) + index
    const copies = options.content === 'copies'
    const random = keyedRandom(copies ? 'copy-text' : 'synthetic-text', options.seed, number)
    return {
      kind: 'text',
      id: `synthetic-text-${options.seed}/${number}`,
      ...(copies ? makeCopyText(random) : makePageText(random, renderPage)),
    }
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
