/** The `count` highest logits, highest first; the lower id of equals first. */
export function topTokens(logits: Float32Array, count: number): number[] {
  const best: number[] = []
  for (let token = 0; count > 0 && token < logits.length; token++) {
    if (best.length === count && logits[token] <= logits[best[count - 1]]) continue
    let place = best.length
    while (place > 0 && logits[token] > logits[best[place - 1]]) place--
    best.splice(place, 0, token)
    if (best.length > count) best.pop()
  }
  return best
}
