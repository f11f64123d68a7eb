/**
 * The words of a normalised text for a comparison word by word: letters, single signs, and numbers in one writing: no
 * separators or closing zeros; `34.7 %` and `3470 bps` are 0.347, `5 million`, `500万` and `5e6` are 5000000, `(32)` is
 * `-32`, `twenty-five` is 25. White space, stops and quotes are no words.
 */
export function pairWords(text: string): string[] {
  const plain = text.replace(accountants, '-$1').replace(numberWords, (words) => String(readWords(words)))
  const words: string[] = []
  for (const [piece, figure, , exponent, scale] of plain.matchAll(pieces)) {
    if (figure === undefined) words.push(piece)
    else words.push(plainDecimal(figure, Number(exponent ?? 0) + (scale === undefined ? 0 : (powers.get(scale) ?? 0))))
  }
  return words
}

const powers = new Map([
  ['%', -2],
  ['percent', -2],
  ['‰', -3],
  ['basis points', -4],
  ['basis point', -4],
  ['bps', -4],
  ['bp', -4],
  ['thousand', 3],
  ['k', 3],
  ['million', 6],
  ['mn', 6],
  ['billion', 9],
  ['bn', 9],
  ['trillion', 12],
  ['千', 3],
  ['万', 4],
  ['十万', 5],
  ['百万', 6],
  ['千万', 7],
  ['亿', 8],
  ['十亿', 9],
  ['万亿', 12],
])
const scales = [...powers.keys()].sort((a, b) => b.length - a.length)
const bounded = (word: string) => (/[a-z]$/.test(word) ? `${word}(?![a-z])` : word)

/** A number with its power of ten and its scale; a run of letters; any other sign that counts. */
const pieces = new RegExp(
  `(\\d+(?:\\.\\d+)?|\\.\\d+)(e(?=[+-]?\\d{1,2}(?![\\d.]))| ?[x×] ?10 ?\\^ ?(?=[+-]?\\d))?((?<=e|\\^ ?)[+-]?\\d{1,2})?` +
    `(?: ?(${scales.map(bounded).join('|')}))?|[\\p{L}\\p{M}]+|[^\\s\\p{L}\\p{M}\\d.,;:'"]`,
  'gu',
)
/** `(32)`, `($ 1.5)` and `(3%)` are negative in reports. */
const accountants = /\( ?([$€£¥]? ?\d[\d.]{0,20} ?%?) ?\)/g

const small =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  )
const tens = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')
const numberWords = new RegExp(
  `(?<![a-z])(?:(?:${tens.join('|')})(?:[- ](?:${small.slice(1, 10).join('|')}))?|${[...small].reverse().join('|')})(?![a-z])`,
  'g',
)

function readWords(words: string): number {
  return words
    .split(/[- ]/)
    .reduce((sum, word) => sum + (tens.includes(word) ? 10 * (tens.indexOf(word) + 2) : small.indexOf(word)), 0)
}

/** The decimal number with its point moved, without leading or closing zeros. Text, since float64 would add noise. */
function plainDecimal(number: string, places: number): string {
  const [whole, decimals = ''] = number.split('.')
  const digits = '0'.repeat(Math.max(0, -places)) + whole + decimals + '0'.repeat(Math.max(0, places))
  const point = whole.length + Math.abs(Math.min(0, places)) + places
  const [before, after] = [
    withoutEdgeZeros(digits.slice(0, point), 'start'),
    withoutEdgeZeros(digits.slice(point), 'end'),
  ]
  return (before === '' ? '0' : before) + (after === '' ? '' : `.${after}`)
}

function withoutEdgeZeros(digits: string, edge: 'start' | 'end'): string {
  let [from, to] = [0, digits.length]
  if (edge === 'start') while (digits[from] === '0') from++
  else while (to > 0 && digits[to - 1] === '0') to--
  return digits.slice(from, to)
}
