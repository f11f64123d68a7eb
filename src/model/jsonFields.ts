/** Reads fields of a parsed JSON object one by one; what is wrong goes to `problems` (key, found, allowed) and a default is used. */
export interface JsonFields {
  /** The value under the key, undefined where it is absent or null. */
  value(key: string): unknown
  /** An integer of at least `minimum` (1 unless told); without a fallback the key must be there. */
  integer(key: string, options?: { fallback?: number; minimum?: number }): number
  /** A finite number above 0; without a fallback the key must be there. */
  positive(key: string, options?: { fallback?: number }): number
  boolean(key: string, fallback: boolean): boolean
  /** Adds a problem: `key`, what was found, what is allowed. */
  refuse(key: string, allowed: string): void
}

export function jsonFields(source: Readonly<Record<string, unknown>>, problems: string[], prefix = ''): JsonFields {
  const value = (key: string): unknown => (Object.hasOwn(source, key) ? (source[key] ?? undefined) : undefined)
  const refuse = (key: string, allowed: string): void => {
    const found = value(key) === undefined ? 'nothing' : shorten(JSON.stringify(value(key)))
    problems.push(`${prefix}${key}: found ${found}; ${allowed}`)
  }
  const number = (key: string, fallback: number | undefined, allowed: string, fits: (n: number) => boolean): number => {
    const found = value(key) === undefined ? fallback : value(key)
    if (typeof found === 'number' && fits(found)) return found
    refuse(key, allowed)
    return fallback ?? 1
  }
  return {
    value,
    refuse,
    integer: (key, { fallback, minimum = 1 } = {}) =>
      number(
        key,
        fallback,
        `it must be an integer of at least ${minimum}.`,
        (n) => Number.isSafeInteger(n) && n >= minimum,
      ),
    positive: (key, { fallback } = {}) =>
      number(key, fallback, 'it must be a number above 0.', (n) => Number.isFinite(n) && n > 0),
    boolean: (key, fallback) => {
      const found = value(key) ?? fallback
      if (typeof found === 'boolean') return found
      refuse(key, 'it must be true or false.')
      return fallback
    },
  }
}

function shorten(text: string): string {
  return text.length > 120 ? `${text.slice(0, 117)}…` : text
}
