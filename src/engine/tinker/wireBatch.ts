import type { TrainGroup } from '../Engine.js'
import type { LossRow } from '../loss/LossRow.js'
import { shiftSequence, type ShiftedSequence } from './shiftSequence.js'

/** A micro-batch as the wire and the losses see it: a sequence and a row a completion, in order. */
export interface WireBatch {
  readonly sequences: readonly ShiftedSequence[]
  /** Rows with these log p of the completion tokens. */
  rows(logprobs: readonly (readonly number[])[]): LossRow[]
}

export function wireBatch(groups: readonly TrainGroup[]): WireBatch {
  const all = groups.flatMap((group) => group.completions.map((completion) => ({ group, completion })))
  const sequences = all.map(({ group, completion }) => shiftSequence(group, completion))
  return {
    sequences,
    rows: (logprobs) =>
      all.map(({ completion }, i) => ({
        logprobs: logprobs[i],
        mask: sequences[i].places.map((place) => Number(place >= 0)),
        old: completion.oldLogprobs ?? null,
        ref: completion.refLogprobs ?? null,
        sampler: completion.samplerLogprobs ?? null,
        advantage: completion.advantage ?? 0,
      })),
  }
}
