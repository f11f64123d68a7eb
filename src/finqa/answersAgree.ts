import { roundToFiveDecimals } from './roundToFiveDecimals.js'
import { tidyFigures } from './tidyFigures.js'

/** One number of an answer, as written. */
interface Figure {
  readonly value: number
  /** Half of what its last digit stands for. */
  readonly halfStep: number
  readonly significantDigits: number
  /** What the unit may make of it: 14% is 0.14, or 14 where the gold is in percent already; 5 million 5000000, 5000 or 5. */
  readonly factors: readonly number[]
}

const SCALES: Readonly<Record<string, readonly number[]>> = {
  '%': [0.01, 1],
  percent: [0.01, 1],
  'per cent': [0.01, 1],
  'basis points': [1e-4, 0.01, 1],
  bps: [1e-4, 0.01, 1],
  thousand: [1e3, 1],
  k: [1e3, 1],
  million: [1e6, 1e3, 1],
  mn: [1e6, 1e3, 1],
  mm: [1e6, 1e3, 1],
  billion: [1e9, 1e6, 1e3, 1],
  bn: [1e9, 1e6, 1e3, 1],
  trillion: [1e12, 1e9, 1e6, 1e3, 1],
}

const FIGURE = new RegExp(
  String.raw`(?<minus>[-−–]\s*|\bminus\s+|\bnegative\s+)?(?<open>\(\s*)?[$€£¥]?\s*(?<inner>[-−–])?\s*` +
    String.raw`(?<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)(?!\d)` +
    String.raw`(?:e(?<exponent>[+-]?\d{1,2}))?\s*(?:(?<unit>${Object.keys(SCALES).join('|')})(?![a-z]))?(?<close>\s*\))?`,
  'gi',
)
const DOWN = /\b(decreas|declin|fell|fall|drop|reduc|lower|loss|down)\w*\b/

/**
 * The tolerant scorer for free-form answers: whether an answer says the gold value. Beside, never instead of, the strict
 * one: it forgives how a number is written, not what it says.
 *
 * - yes and no in words; an answer with both says neither.
 * - One number (or the same one again): currency signs, separators, brackets or words for minus, %, thousand to trillion.
 *   A percentage may stand for its hundredth or, where gold is in percent, for itself; a scale word may be the page's unit.
 * - It must be gold rounded to the digits it shows, with two significant digits or within 5 % (2 for 1.98; not 0 for 0.4).
 */
export function answersAgree(answer: string, gold: number | 'yes' | 'no'): boolean {
  const text = tidyFigures(answer.normalize('NFKC').toLowerCase().trim())
  if (typeof gold === 'string') return saysYesOrNo(text) === gold
  const figures = readFigures(text)
  return (
    figures.length > 0 && figures.every((figure) => figure.factors.some((factor) => isRounded(figure, gold / factor)))
  )
}

function saysYesOrNo(text: string): 'yes' | 'no' | undefined {
  const said = new Set(
    (text.match(/\b(yes|no|true|false)\b/g) ?? []).map((word) => (word === 'yes' || word === 'true' ? 'yes' : 'no')),
  )
  return said.size === 1 ? ([...said][0] as 'yes' | 'no') : undefined
}

/** All figures of the answer but the years it speaks of. */
function readFigures(text: string): Figure[] {
  const spoken = text.replace(
    /\b(in|for|from|to|since|until|of|between|and|during|fy|fiscal)\s+(19|20)\d\d\b(?![\d.,%])/g,
    ' ',
  )
  const down = DOWN.test(spoken)
  return [...spoken.matchAll(FIGURE)].map((match) =>
    readFigure(match.groups as Record<string, string | undefined>, down),
  )
}

function readFigure(parts: Record<string, string | undefined>, down: boolean): Figure {
  const digits = (parts.number as string).replaceAll(',', '')
  const power = Number(parts.exponent ?? 0)
  const decimals = (digits.split('.')[1] ?? '').length - power
  const size = Number(`${digits}e${power}`)
  const negative =
    parts.minus !== undefined || parts.inner !== undefined || (parts.open !== undefined && parts.close !== undefined)
  return {
    value: negative || (down && size !== 0) ? -size : size,
    halfStep: 0.5 * 10 ** -decimals,
    significantDigits: digits.replace('.', '').replace(/^0+/, '').length,
    factors: SCALES[parts.unit ?? ''] ?? [1],
  }
}

/** @param gold in the figure's own unit; itself known to five decimals */
function isRounded({ value, halfStep, significantDigits }: Figure, gold: number): boolean {
  const distance = Math.abs(value - gold)
  if (roundToFiveDecimals(value) === roundToFiveDecimals(gold)) return true
  if (distance > halfStep * (1 + 1e-9) + 1e-12 * Math.abs(gold)) return false
  return significantDigits >= 2 || distance <= 0.05 * Math.abs(gold)
}
