import type { Engine } from '../engine/Engine.js'
import { splitMicroBatches } from '../engine/splitMicroBatches.js'
import { countLabels } from './countLabels.js'
import type { LabelledSequence } from './LabelledSequence.js'
import { toTrainGroup } from './toTrainGroup.js'

/** Token-mean cross entropy over sequences and what goes with it; all sums are over the whole set. */
export interface CrossEntropyResult {
  /** Nats a label. */
  readonly loss: number
  /** Share of labels the model would have chosen itself. */
  readonly accuracy: number
  /** Mean entropy at labelled positions, nats. */
  readonly entropy: number
  readonly labels: number
  readonly tokens: number
}

/**
 * Runs sequences through the engine in micro-batches, every one divided by the label count of all of them, so that
 * loss and gradient do not depend on the split. With `train`, gradients add up in the engine.
 */
export async function crossEntropyOver(
  engine: Engine,
  sequences: readonly LabelledSequence[],
  options: { train: boolean; microBatchTokens: number; signal?: AbortSignal },
): Promise<CrossEntropyResult> {
  const labels = countLabels(sequences)
  const spec = { type: 'crossEntropy', denominator: Math.max(1, labels) } as const
  const total = { loss: 0, correct: 0, entropy: 0, tokens: 0 }
  for (const groups of splitMicroBatches(sequences.map(toTrainGroup), options.microBatchTokens)) {
    options.signal?.throwIfAborted()
    const stats = await (options.train ? engine.forwardBackward(groups, spec) : engine.forward(groups, spec))
    total.loss += stats.loss
    total.correct += stats.sums['correct'] ?? 0
    total.entropy += stats.sums['entropy'] ?? 0
    total.tokens += stats.tokens
  }
  const share = (sum: number) => sum / Math.max(1, labels)
  return {
    loss: total.loss,
    accuracy: share(total.correct),
    entropy: share(total.entropy),
    labels,
    tokens: total.tokens,
  }
}
