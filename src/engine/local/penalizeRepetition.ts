/**
 * The repetition penalty of CTRL (Keskar et al. 2019) as Transformers applies it: the logit of every token seen before,
 * in the prompt or the completion, is divided by the penalty if positive, else multiplied. A copy; 1 changes nothing.
 */
export function penalizeRepetition(logits: Float32Array, seen: Iterable<number>, penalty: number): Float32Array {
  if (penalty === 1) return logits
  const penalized = logits.slice()
  for (const token of new Set(seen)) {
    const logit = logits[token]
    penalized[token] = logit > 0 ? logit / penalty : logit * penalty
  }
  return penalized
}
