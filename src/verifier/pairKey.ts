import type { JudgePair } from './Judge.js'
import { normaliseText } from './normaliseText.js'

/** Pairs that read the same have the same key. */
export function pairKey({ gold, answer, question }: JudgePair): string {
  return JSON.stringify([normaliseText(gold), normaliseText(answer), question])
}
