import type { KeyedRandom } from '../../lib/keyedRandom.js'

/**
 * The figure with a mistake that changes its value: a digit changed, two swapped, one lost or doubled, the point moved.
 * By 2 % at least, and never to what is the same after rounding.
 */
export function nearMiss(figure: string, random: KeyedRandom): string {
  const value = Number(figure.replaceAll(',', ''))
  for (;;) {
    const wrong = random.pick(MISTAKES)(figure, random)
    const wrongValue = Number(wrong.replaceAll(',', ''))
    const apart = Math.abs(wrongValue - value)
    const rounded = apart <= 0.5 * 10 ** -Math.min(decimals(figure), decimals(wrong)) * (1 + 1e-9)
    if (Number.isFinite(wrongValue) && /\d$/.test(wrong) && apart > 0.02 * Math.abs(value) && !rounded) return wrong
  }
}

const decimals = (figure: string) => (figure.split('.')[1] ?? '').length

const MISTAKES: readonly ((figure: string, random: KeyedRandom) => string)[] = [
  (figure, random) => replaceDigit(figure, random, (digit) => String((Number(digit) + 1 + random.integer(9)) % 10)),
  (figure, random) => replaceDigit(figure, random, () => ''),
  (figure, random) => replaceDigit(figure, random, (digit) => digit + digit),
  (figure, random) => {
    const at = random.integer(Math.max(1, figure.length - 1))
    return figure.slice(0, at) + (figure[at + 1] ?? '') + figure[at] + figure.slice(at + 2)
  },
  (figure) => (figure.includes('.') ? figure.replace(/\.(\d)/, '$1.').replace(/\.$/, '') : `${figure}0`),
]

function replaceDigit(figure: string, random: KeyedRandom, change: (digit: string) => string): string {
  const places = [...figure].flatMap((sign, index) => (/\d/.test(sign) ? [index] : []))
  const at = random.pick(places)
  return figure.slice(0, at) + change(figure[at]) + figure.slice(at + 1)
}
