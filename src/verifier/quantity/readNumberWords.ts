import type { NumberRead } from './readNumber.js'

const small = new Map(
  (
    'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen ' +
    'seventeen eighteen nineteen'
  )
    .split(' ')
    .map((word, value) => [word, value]),
)
const tens = new Map(
  'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ').map((word, i) => [word, 10 * (i + 2)]),
)
const powers = new Map([
  ['thousand', 1e3],
  ['million', 1e6],
  ['billion', 1e9],
  ['trillion', 1e12],
])

/** Reads an English number in words at the start of a text: `twenty-five`, `two hundred and six thousand`. */
export function readNumberWords(text: string): NumberRead | null {
  let total = 0
  let group: number | null = null
  let read = 0
  for (const match of text.matchAll(/[a-z]+|[ -]|[^a-z -]/g)) {
    const word = match[0]
    if (word === ' ' || word === '-' || (word === 'and' && group !== null)) continue
    const power = powers.get(word)
    const digit = small.get(word) ?? tens.get(word)
    if (digit !== undefined && fits(group, digit)) group = (group ?? 0) + digit
    else if (word === 'hundred' && group !== null && group < 100) group *= 100
    else if (power !== undefined && group !== null) {
      total += group * power
      group = 0
    } else break
    read = match.index + word.length
    if (digit === 0) break
  }
  if (group === null) return null
  const value = total + group
  return { value, lastPlace: 0, significantDigits: String(value).length, length: read }
}

/** Whether a word may follow: `twenty one` and `hundred five`, but not `one two`. */
function fits(group: number | null, digit: number): boolean {
  if (group === null || group === 0) return true
  if (digit === 0) return false
  return digit < 10 ? group % 10 === 0 && group % 100 !== 10 : group % 100 === 0
}
