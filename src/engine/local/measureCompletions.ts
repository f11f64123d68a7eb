import type { TokenLogprobs } from '../../ops/tokenLogprobs.js'
import type { LaidGroups } from './layTrainGroups.js'
import type { MeasuredCompletion } from './MeasuredCompletion.js'

/** Hands a pass's values back to the completions they belong to; without a pass the mask alone. [groups][completions] */
export function measureCompletions(laid: LaidGroups, pass: TokenLogprobs | null): MeasuredCompletion[][] {
  const logprobs = pass?.logprobs.dataSync() ?? new Float32Array(0)
  return laid.slots.map((group) =>
    group.map((slots) => {
      const measured = {
        logprobs: new Float64Array(slots.length),
        entropy: new Float64Array(slots.length),
        correct: new Uint8Array(slots.length),
        mask: new Uint8Array(slots.length),
      }
      slots.forEach((slot, t) => {
        if (slot < 0) return
        measured.mask[t] = 1
        if (pass === null) return
        measured.logprobs[t] = logprobs[slot]
        measured.entropy[t] = pass.entropy[slot]
        measured.correct[t] = Number(pass.argmax[slot] === laid.labels[slot])
      })
      return measured
    }),
  )
}
