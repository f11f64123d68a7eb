import type { LabelledSequence } from './LabelledSequence.js'

/** Labels that take part in the loss: those of −100 do not, nor the first token's, which nothing predicts. */
export function countLabels(sequences: readonly LabelledSequence[]): number {
  let count = 0
  for (const { labels } of sequences) for (let i = 1; i < labels.length; i++) if (labels[i] !== -100) count++
  return count
}
