import * as tf from '@tensorflow/tfjs-core'
import type { Model } from '../../model/Model.js'
import { outputHead } from '../../model/outputHead.js'
import { linear } from '../../ops/linear.js'
import { peekValues } from '../../ops/peekValues.js'
import { rowLogSumExp } from '../../ops/rowLogSumExp.js'

/** Elements of logits that are in memory at once. */
const LOGITS_AT_ONCE = 2 ** 22

/**
 * Hands out the logits of each row of hidden states, a chunk of rows at a time; they are gone after the call,
 * and their memory holds others.
 *
 * @param hidden       [rows, hidden]
 * @param temperatures [rows], above 0: each row's log-sum-exp is taken of logits / temperature
 */
export function visitLogits(
  model: Model,
  hidden: tf.Tensor2D,
  temperatures: readonly number[],
  visit: (row: number, logits: Float32Array, logSumExp: number) => void,
): void {
  const { vocabSize, hiddenSize } = model.config
  const chunk = Math.max(1, Math.floor(LOGITS_AT_ONCE / vocabSize))
  for (let from = 0; from < hidden.shape[0]; from += chunk) {
    const to = Math.min(hidden.shape[0], from + chunk)
    const logits = tf.tidy(() => linear(tf.slice2d(hidden, [from, 0], [to - from, hiddenSize]), outputHead(model)))
    try {
      const own = temperatures.slice(from, to)
      const logSums = new Map([...new Set(own)].map((t) => [t, rowLogSumExp(logits, t)]))
      const values = peekValues(logits)
      own.forEach((temperature, i) => {
        visit(from + i, values.subarray(i * vocabSize, (i + 1) * vocabSize), logSums.get(temperature)![i])
      })
    } finally {
      logits.dispose()
    }
  }
}
