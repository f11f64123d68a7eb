/**
 * The words of a normalised text for a comparison word by word: letters, single signs, and numbers in one writing (no
 * separators or closing zeros; `34.7 %` is 0.347, `5 million` is 5000000). White space, stops and quotes are no words.
 */
export function pairWords(text: string): string[] {
  const pieces = text.match(/\d+(?:\.\d+)?|\.\d+|[\p{L}\p{M}]+|[^\s\p{L}\p{M}\d.,;:'"]/gu) ?? []
  const words: string[] = []
  for (let i = 0; i < pieces.length; i++) {
    if (!/^[\d.]/.test(pieces[i])) {
      words.push(pieces[i])
      continue
    }
    const places = powers.get(pieces[i + 1] ?? '')
    words.push(plainDecimal(pieces[i], places ?? 0))
    if (places !== undefined) i++
  }
  return words
}

const powers = new Map([
  ['%', -2],
  ['percent', -2],
  ['thousand', 3],
  ['million', 6],
  ['billion', 9],
])

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
