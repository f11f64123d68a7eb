import type { TrainGroup } from './Engine.js'

/**
 * Cuts a step's groups into micro-batches of at most `maxTokens` tokens run through the model, in order. A group may be
 * cut between its completions: its prompt is then run once in each micro-batch (and counted in each). A completion that
 * alone is longer has a micro-batch of its own. Flattened, the completions come in the order they were given.
 * Loss and gradients do not depend on the cut (bnpo aside, which is defined by it).
 */
export function splitMicroBatches(groups: readonly TrainGroup[], maxTokens: number): TrainGroup[][] {
  const batches: TrainGroup[][] = []
  let batch: TrainGroup[] = []
  let tokens = 0
  for (const group of groups) {
    let part: TrainGroup | null = null
    for (const completion of group.completions) {
      const cost: number = completion.tokens.length + (part === null ? group.prompt.length : 0)
      if (tokens > 0 && tokens + cost > maxTokens) {
        batches.push(batch)
        batch = []
        tokens = 0
        part = null
      }
      if (part === null) {
        part = { prompt: group.prompt, completions: [] }
        batch.push(part)
        tokens += group.prompt.length
      }
      part = { ...part, completions: [...part.completions, completion] }
      batch[batch.length - 1] = part
      tokens += completion.tokens.length
    }
  }
  if (batch.length > 0) batches.push(batch)
  return batches
}
