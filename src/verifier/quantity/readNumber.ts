/** The digits at the start of a text, read. */
export interface NumberRead {
  /** Unsigned. */
  readonly value: number
  /** What the last digit shown stands for, as a power of ten; null: an exact fraction. */
  readonly lastPlace: number | null
  readonly significantDigits: number
  /** Characters read. */
  readonly length: number
}

/**
 * Reads an unsigned number at the start of a text: `1,234.5`, `1 234 567`, `1.234,56`, `12,34,567`, `.455`, `1.2e9`,
 * `3 x 10^8`, `3/4`, `2 1/2`. Null where there is none or where the separators leave open what is meant (`3,5`).
 */
export function readNumber(text: string): NumberRead | null {
  const plain = /^(?:\d[\d.,' ]*|\.\d+)/.exec(text)
  if (plain === null) return null
  const run = plain[0].replace(/[.,' ]+$/, '')
  return readFraction(text) ?? withExponent(text, readSeparated(run) ?? readFirstGroup(text))
}

interface Digits {
  readonly whole: string
  readonly decimals: string
  readonly length: number
}

/** Digits with thousands separators and a decimal mark, when the groups leave no doubt. */
function readSeparated(run: string): Digits | null {
  const spaced = run.includes(' ') ? (/^\d{1,3}(?: \d{3})+(?:[.,]\d+)?$/.test(run) ? run.replace(/ /g, '') : null) : run
  if (spaced === null) return null
  const made = (whole: string, decimals = '') => ({ whole: whole.replace(/[.,']/g, ''), decimals, length: run.length })
  const plain = /^(\d*)(?:\.(\d+))?$/.exec(spaced)
  if (plain !== null) return made(plain[1], plain[2])
  const english = /^([1-9]\d{0,2}(?:,\d{3})+)(?:\.(\d+))?$/.exec(spaced)
  if (english !== null) return made(english[1], english[2])
  const indian = /^([1-9]\d?(?:,\d{2})+,\d{3})(?:\.(\d+))?$/.exec(spaced)
  if (indian !== null) return made(indian[1], indian[2])
  const swiss = /^([1-9]\d{0,2}(?:'\d{3})+)(?:\.(\d+))?$/.exec(spaced)
  if (swiss !== null) return made(swiss[1], swiss[2])
  const european = /^([1-9]\d{0,2}(?:\.\d{3})+),(\d+)$/.exec(spaced) ?? /^([1-9]\d{0,2}(?:\.\d{3}){2,})$/.exec(spaced)
  if (european !== null) return made(european[1], european[2])
  return null
}

/** `14 3` is not one number: the first group alone, if it stands apart. */
function readFirstGroup(text: string): Digits | null {
  const first = /^(\d*)(?:\.(\d+))?(?=$| )/.exec(text)
  if (first === null || first[0] === '') return null
  return { whole: first[1], decimals: first[2] ?? '', length: first[0].length }
}

function withExponent(text: string, digits: Digits | null): NumberRead | null {
  if (digits === null) return null
  const rest = text.slice(digits.length)
  const power =
    /^e([+-]?\d{1,3})(?![\d.])/.exec(rest) ??
    /^ ?(?:[x×*]|\\times) ?10 ?(?:\^|\*\*) ?[{(]?([+-]?\d{1,3})[)}]?(?![\d.])/.exec(rest)
  const exponent = power === null ? 0 : Number(power[1])
  const significant = (digits.whole + digits.decimals).replace(/^0+/, '').length
  return finite({
    value: Number(`${digits.whole || '0'}.${digits.decimals || '0'}e${exponent}`),
    lastPlace: exponent - digits.decimals.length,
    significantDigits: Math.max(1, significant),
    length: digits.length + (power === null ? 0 : power[0].length),
  })
}

/** `3/4`, `2 1/2` (also from ½): exact, unless it reads like a date (`3/4/2009`). */
function readFraction(text: string): NumberRead | null {
  const parts = /^(?:(\d{1,6}) )?(\d{1,6})[/\u2044](\d{1,6})(?![\d./])/.exec(text)
  if (parts === null || Number(parts[3]) === 0) return null
  const value = Number(parts[1] ?? 0) + Number(parts[2]) / Number(parts[3])
  return { value, lastPlace: null, significantDigits: 15, length: parts[0].length }
}

/** A whole part past float64's 15 digits could make two different numbers look equal: left to others. */
function finite(read: NumberRead): NumberRead | null {
  return Number.isFinite(read.value) && Math.abs(read.value) < 1e15 ? read : null
}
