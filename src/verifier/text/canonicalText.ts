import { abbreviations } from './abbreviations.js'

const nameOf = new Map(abbreviations.flatMap(([name, ...others]) => others.map((other) => [other, name])))
const longestAbbreviation = Math.max(...[...nameOf.keys()].map((text) => text.split(' ').length))

const contractions = new Map([
  ["didn't", 'did not'],
  ["don't", 'do not'],
  ["doesn't", 'does not'],
  ["wasn't", 'was not'],
  ["weren't", 'were not'],
  ["isn't", 'is not'],
  ["aren't", 'are not'],
  ["hasn't", 'has not'],
  ["haven't", 'have not'],
  ["can't", 'can not'],
  ['cannot', 'can not'],
  ["won't", 'will not'],
])

/**
 * A normalised text in one wording: no articles, stops and commas, usual abbreviations and contractions spelled out.
 * What remains equal says the same in the same words. Linear in the length.
 */
export function canonicalText(text: string): string {
  const words = text
    .replace(/^(?:answer ?:|the answer is:?) /, '')
    .split(' ')
    .map((word) => word.replace(/^[.,;:!?"]+|[.,;:!?"]+$/g, ''))
    .filter((word) => word !== '' && word !== 'the' && word !== 'a' && word !== 'an')
    .flatMap((word) => (contractions.get(word) ?? word).split(' '))
  return spellOut(words).join(' ').replaceAll(' failed to ', ' did not ')
}

function spellOut(words: readonly string[]): string[] {
  const out: string[] = []
  for (let i = 0; i < words.length;) {
    let taken = 1
    let name = words[i]
    for (let length = Math.min(longestAbbreviation, words.length - i); length > 0; length--) {
      const found = nameOf.get(words.slice(i, i + length).join(' '))
      if (found === undefined) continue
      name = found
      taken = length
      break
    }
    out.push(name)
    i += taken
  }
  return out
}
