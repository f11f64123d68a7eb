import { normaliseText } from '../normaliseText.js'
import { parseQuantity } from '../quantity/parseQuantity.js'
import type { Quantity } from '../quantity/Quantity.js'
import type { VerifierQuery } from '../VerifierQuery.js'

/** A query as the rules see it: both sides normalised and read as a number once for all of them. */
export class RuleQuery {
  /** Normalised. */
  readonly gold: string
  readonly answer: string
  readonly goldQuantity: Quantity | null
  readonly answerQuantity: Quantity | null

  constructor(readonly query: VerifierQuery) {
    this.gold = normaliseText(query.gold)
    this.answer = normaliseText(query.answer)
    this.goldQuantity = parseQuantity(this.gold)
    this.answerQuantity = parseQuantity(this.answer)
  }
}
