import type { TrainCompletion, TrainGroup } from '../Engine.js'

/** What each token's predecessor should predict, −100: nothing. Without a prompt nothing predicts token 0. [tokens] */
export function completionLabels(group: TrainGroup, completion: TrainCompletion): readonly number[] {
  const labels = completion.labels ?? completion.tokens
  return group.prompt.length > 0 || labels.length === 0 ? labels : [-100, ...labels.slice(1)]
}
