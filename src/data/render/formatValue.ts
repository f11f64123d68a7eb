import { roundToFiveDecimals } from '../../finqa/roundToFiveDecimals.js'

/** A program's value as text: at most five decimals, never in exponent form. */
export function formatValue(value: number | string): string {
  if (typeof value === 'string') return value
  const rounded = roundToFiveDecimals(value)
  if (Object.is(rounded, -0)) return '0'
  const text = String(rounded)
  if (!text.includes('e')) return text
  return Math.abs(rounded) < 1
    ? rounded.toFixed(5).replace(/\.?0+$/, '')
    : rounded.toLocaleString('en', { useGrouping: false })
}
