import type { TrainGroup } from '../engine/Engine.js'
import type { LabelledSequence } from './LabelledSequence.js'

/** A labelled sequence as a group of one: what comes before the first label is the prompt. */
export function toTrainGroup({ tokens, labels }: LabelledSequence): TrainGroup {
  const first = labels.findIndex((label, i) => label !== -100 && i > 0)
  const cut = first < 0 ? tokens.length - 1 : first
  return {
    prompt: tokens.slice(0, cut),
    completions: [{ tokens: tokens.slice(cut), labels: labels.slice(cut) }],
  }
}
