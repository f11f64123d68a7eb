import { breathe } from '../lib/breathe.js'
import type { QuestionExample } from './QuestionExample.js'
import type { SyntheticOptions } from './synthetic/SyntheticOptions.js'
import { readConvfinqaEntry } from './readConvfinqaEntry.js'
import { readFinqaEntry } from './readFinqaEntry.js'
import { makeSyntheticEntry } from './synthetic/makeSyntheticEntry.js'

/**
 * Examples of invented pages from page number `offset` on, read by the same reader as a file of them would be.
 * A page that holds a conversation gives several examples; the last one's may be cut off by `examples`.
 */
export async function makeSyntheticExamples(
  options: SyntheticOptions & { readonly examples: number; readonly offset?: number },
): Promise<QuestionExample[]> {
  const made: QuestionExample[] = []
  for (let number = options.offset ?? 0; made.length < options.examples; number++) {
    await breathe()
    const entry = makeSyntheticEntry(options, number)
    made.push(...('qa' in entry ? [readFinqaEntry(entry)] : readConvfinqaEntry(entry)))
  }
  return made.slice(0, options.examples)
}
