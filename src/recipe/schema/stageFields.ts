import { z } from 'zod'
import { positiveInteger } from './positiveInteger.js'

/** A list of names of data sources. */
const sourceNames = () => z.array(z.string().min(1))

/** What stages have in common. */
export const stageFields = {
  sourceNames,
  microBatchTokens: positiveInteger()
    .default(8192)
    .describe('Tokens that pass the model at once; the result does not depend on it, memory does'),
  steps: positiveInteger().optional().describe('Optimizer steps; where epochs are given too, steps decide'),
  epochs: z.number().positive().optional().describe('Passes over the training data, instead of steps'),
  shuffle: z
    .boolean()
    .default(true)
    .describe('Another order each epoch, keyed by the seed; false: the order of the files'),
}
