import type { KeyedRandom } from '../../lib/keyedRandom.js'

/** The figure with a mistake that changes its value: a digit changed, two swapped, one lost or doubled, the point moved. */
export function nearMiss(figure: string, random: KeyedRandom): string {
  const value = Number(figure.replaceAll(',', ''))
  for (;;) {
    const wrong = random.pick(MISTAKES)(figure, random)
    const wrongValue = Number(wrong.replaceAll(',', ''))
    if (Number.isFinite(wrongValue) && /\d$/.test(wrong) && Math.abs(wrongValue - value) > 0.02 * Math.abs(value))
      return wrong
  }
}

const MISTAKES: readonly ((figure: string, random: KeyedRandom) => string)[] = [
  (figure, random) => replaceDigit(figure, random, (digit) => String((Number(digit) + 1 + random.integer(9)) % 10)),
  (figure, random) => replaceDigit(figure, random, () => ''),
  (figure, random) => replaceDigit(figure, random, (digit) => digit + digit),
  (figure, random) => {
    const at = random.integer(Math.max(1, figure.length - 1))
    return figure.slice(0, at) + (figure[at + 1] ?? '') + figure[at] + figure.slice(at + 2)
  },
  (figure) => (figure.includes('.') ? String(Number(figure.replaceAll(',', '')) * 10) : `${figure}0`),
]

function replaceDigit(figure: string, random: KeyedRandom, change: (digit: string) => string): string {
  const places = [...figure].flatMap((sign, index) => (/\d/.test(sign) ? [index] : []))
  const at = random.pick(places)
  return figure.slice(0, at) + change(figure[at]) + figure.slice(at + 1)
}
