import type { JudgePair } from './Judge.js'
import { normaliseText } from './normaliseText.js'

/** Pairs that read the same have the same key; where the writing counts, pairs that are written the same. */
export function pairKey({ gold, answer, question, exact }: JudgePair): string {
  if (exact) return JSON.stringify([gold, answer, question, 'exact'])
  return JSON.stringify([normaliseText(gold), normaliseText(answer), question])
}
