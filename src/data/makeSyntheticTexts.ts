import type { TextExample } from './TextExample.js'
import type { Page } from '../finqa/Page.js'
import { keyedRandom, type KeyedRandom } from '../lib/keyedRandom.js'
import { pageLines } from './render/pageLines.js'
import { learnMarked } from './synthetic/learnMarked.js'
import { makeCopyText } from './synthetic/makeCopyText.js'
import { makeLookupText } from './synthetic/makeLookupText.js'
import { makePageText } from './synthetic/makePageText.js'

/**
 * Pretraining texts number `offset` to `offset + examples`. Their pages are drawn under a key of their own: none of them
 * is a page of the `synthetic` source, whatever the seeds.
 */
export function makeSyntheticTexts(options: {
  seed: number
  examples: number
  offset?: number
  /** Exercises in reading a page (default), figures to look up, or runs to say again. */
  content?: 'pages' | 'lookups' | 'copies'
}): TextExample[] {
  const { seed, examples, offset = 0, content = 'pages' } = options
  return Array.from({ length: examples }, (_, index) => {
    const number = offset + index
    const random = keyedRandom(content === 'pages' ? 'synthetic-text' : content, seed, number)
    return { kind: 'text', id: `synthetic-text-${seed}/${number}`, ...learnMarked(MAKERS[content](random)) }
  })
}

const MAKERS: Record<'pages' | 'lookups' | 'copies', (random: KeyedRandom) => string> = {
  copies: makeCopyText,
  lookups: makeLookupText,
  pages: (random) => makePageText(random, renderPage),
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
  return pageLines(question, { context: 'full', table: 'sentences' })
    .map(({ text }) => text)
    .join('\n')
}
