import { alignRounded } from './alignRounded.js'
import { movedWords } from './movedWords.js'
import { oneLine } from './oneLine.js'
import { pairWords } from './pairWords.js'
import { without } from './without.js'

/** A pair as the embedded verifier reads it: the prompt, and the two completions whose probabilities are compared. */
export interface RenderedPair {
  readonly prompt: string
  readonly yes: string
  readonly no: string
}

/**
 * The text of a (gold, answer) pair for the embedded verifier, the same in training (SFT on `pairs`) and in use.
 *
 * Both sides are brought into one writing (NFKC, lower case, no thousands separators, one space for any run of white
 * space), so that no answer can contain the line breaks that separate the fields. Below them stands what each side has
 * and the other has not, word by word, and what both have in another order, numbers of one size written alike (pairWords,
 * alignRounded): finding that out takes a small model most of its training, and it is no judgement.
 */
export function renderPair(gold: string, answer: string): RenderedPair {
  const [goldLine, answerLine] = [oneLine(gold), oneLine(answer)]
  const [goldWords, answerWords] = alignRounded(pairWords(goldLine), pairWords(answerLine))
  const lines = [
    `gold: ${goldLine}`,
    `answer: ${answerLine}`,
    `only gold: ${without(goldWords, answerWords).join(' ')}`,
    `only answer: ${without(answerWords, goldWords).join(' ')}`,
    `moved: ${movedWords(goldWords, answerWords).join(' ')}`,
    'verdict:',
  ]
  return { prompt: lines.join('\n'), yes: ' yes', no: ' no' }
}
