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
 * space), so that no answer can contain the line breaks that separate the three fields.
 */
export function renderPair(gold: string, answer: string): RenderedPair {
  return { prompt: `gold: ${oneLine(gold)}\nanswer: ${oneLine(answer)}\nverdict:`, yes: ' yes', no: ' no' }
}

function oneLine(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .split(/[\s\p{C}]+/u)
    .filter((part) => part !== '')
    .join(' ')
    .replace(/(?<=\d),(?=\d{3}(?!\d))/g, '')
}
