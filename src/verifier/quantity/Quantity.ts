/**
 * A number as written: `$ -1.2 million` is value −1 200 000 in steps of 100 000, currency usd.
 *
 * The value is in the written unit: 34.7 for `34.7%`, with kind percent.
 */
export interface Quantity {
  /** Signed, scale words and direction words applied. */
  readonly value: number
  /** Half of what the last digit shown stands for, e.g. 0.05 for 34.7; 0 for exact fractions. */
  readonly halfStep: number
  /** Digits from the first that is not zero to the last shown. */
  readonly significantDigits: number
  /** percent, basis points and per mille are all `percent`, in percent. `points`: percentage points. */
  readonly kind: 'number' | 'percent' | 'points'
  /** Whether a scale word (million, bn, 万) was written. */
  readonly scaled: boolean
  /** ISO code in lower case; `$` for a dollar of no named country. */
  readonly currency: string | null
  /** What is counted, e.g. `years`; empty: nothing said. */
  readonly noun: string
  /** Direction in words (`a decrease of`): the value is as signed by it. */
  readonly direction: 'up' | 'down' | null
}
