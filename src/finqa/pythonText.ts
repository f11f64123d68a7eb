// Python's whitespace is not JavaScript's: it has the separators 1C–1F and 85, and not the byte order mark.
const SPACE = '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]'
const ENDS = new RegExp(`^${SPACE}+|${SPACE}+$`, 'g')
const DIGITS = '[0-9](?:_?[0-9])*'
const FLOAT = new RegExp(`^[+-]?(?:${DIGITS}(?:\\.(?:${DIGITS})?)?|\\.${DIGITS})(?:[eE][+-]?${DIGITS})?$`)
const NOT_FINITE = /^([+-]?)(?:(inf(?:inity)?)|nan)$/i
const INTEGER = new RegExp(`^[+-]?${DIGITS}$`)

/** The few functions of Python on text that the official scorers lean on, with Python's own idea of spaces and digits. */
export const pythonText = {
  /** `str.strip()`. */
  strip: (text: string): string => text.replace(ENDS, ''),

  /** `float(text)`: underscores between digits, inf, nan and any script's decimal digits; undefined where Python raises. */
  float(text: string): number | undefined {
    const body = asciiDigits(pythonText.strip(text))
    if (FLOAT.test(body)) return Number(body.replaceAll('_', ''))
    const special = NOT_FINITE.exec(body)
    if (special === null) return undefined
    return special[2] === undefined ? NaN : special[1] === '-' ? -Infinity : Infinity
  },

  /** `int(text)`; undefined where Python raises. */
  integer(text: string): number | undefined {
    const body = asciiDigits(pythonText.strip(text))
    return INTEGER.test(body) ? Number(body.replaceAll('_', '')) : undefined
  },
}

/** Decimal digits of every script stand in runs of ten that begin at the zero: count back to it. */
function asciiDigits(text: string): string {
  return text.replace(/(?![0-9])\p{Nd}/gu, (digit) => {
    let value = 0
    const code = digit.codePointAt(0) as number
    while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value += 1
    return String(value)
  })
}
