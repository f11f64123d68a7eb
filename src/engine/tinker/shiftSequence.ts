import { completionLabels } from '../local/completionLabels.js'
import type { TrainCompletion, TrainGroup } from '../Engine.js'

/** A completion with its prompt as one sequence, shifted as the wire wants it: position p predicts targets[p]. */
export interface ShiftedSequence {
  /** [positions] */
  readonly inputs: readonly number[]
  readonly targets: readonly number[]
  /** The position that predicts each completion token; −1 where the token has no label. [completion tokens] */
  readonly places: readonly number[]
  /** Labels. */
  readonly labels: number
}

/** Lays a completion after its prompt; what follows the last label is left out, since nothing learns from it. */
export function shiftSequence(group: TrainGroup, completion: TrainCompletion): ShiftedSequence {
  const labels = completionLabels(group, completion)
  const last = labels.findLastIndex((label) => label >= 0)
  const tokens = [...group.prompt, ...completion.tokens.slice(0, last + 1)]
  const targets = tokens.slice(1)
  const places = labels.map((label, t) => (label < 0 ? -1 : group.prompt.length + t - 1))
  places.forEach((place, t) => {
    if (place >= 0) targets[place] = labels[t]
  })
  return { inputs: tokens.slice(0, -1), targets, places, labels: places.filter((place) => place >= 0).length }
}
