import type { Engine } from '../engine/Engine.js'
import { pipelined } from '../engine/pipelined.js'
import { splitMicroBatches } from '../engine/splitMicroBatches.js'
import { countLabels } from './countLabels.js'
import type { LabelledSequence } from './LabelledSequence.js'
import { toTrainGroup } from './toTrainGroup.js'

/** Cross entropy over sequences and what goes with it; all sums are over the whole set. */
export interface CrossEntropyResult {
  /** Nats a label (the mean over labels, or over sequences of each one's mean). */
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
  options: { train: boolean; microBatchTokens: number; aggregation?: 'token' | 'sequence'; signal?: AbortSignal },
): Promise<CrossEntropyResult> {
  const { train, aggregation = 'token', signal } = options
  const labels = countLabels(sequences)
  const spec = {
    type: 'crossEntropy',
    aggregation,
    denominator: Math.max(1, labels),
    sequences: sequences.length,
  } as const
  const total = { loss: 0, correct: 0, entropy: 0, tokens: 0 }
  const microBatches = splitMicroBatches(sequences.map(toTrainGroup), options.microBatchTokens)
  const all = await pipelined(microBatches, engine.capabilities().callsInFlight ?? 1, (groups) => {
    signal?.throwIfAborted()
    return train ? engine.forwardBackward(groups, spec, signal) : engine.forward(groups, spec, signal)
  })
  for (const stats of all) {
    total.loss += stats.loss
    // An engine that does not tell these leaves them out, and so does the log.
    total.correct += stats.sums['correct'] ?? NaN
    total.entropy += stats.sums['entropy'] ?? NaN
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
