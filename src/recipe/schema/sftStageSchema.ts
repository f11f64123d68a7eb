import { z } from 'zod'
import { optimizerSchema } from './optimizerSchema.js'
import { positiveInteger } from './positiveInteger.js'
import { stageFields } from './stageFields.js'
import { stageName } from './stageName.js'

/** Supervised fine-tuning. */
export const sftStageSchema = z.strictObject({
  type: z.literal('sft').describe('Supervised fine-tuning: learns targets token by token'),
  name: stageName().default('sft'),
  train: stageFields.sourceNames().min(1).describe('Names of the data sources to learn from'),
  validation: stageFields.sourceNames().default([]).describe('Names of the data sources whose loss is watched'),
  validationEverySteps: positiveInteger()
    .optional()
    .describe('Validation loss every so many steps and at the end; default: at the end alone'),
  epochs: stageFields.epochs,
  steps: stageFields.steps,
  batchSize: positiveInteger().default(16).describe('Sequences an optimizer step (packs, where packing is on)'),
  microBatchTokens: stageFields.microBatchTokens,
  packing: z
    .enum(['none', 'bfd', 'bfd_split', 'wrapped'])
    .default('none')
    .describe('How sequences share rows of maxLength: best-fit decreasing (bfd cuts, bfd_split keeps all), or wrapped'),
  aggregation: z
    .enum(['token', 'sequence'])
    .default('token')
    .describe("The loss: the mean over the batch's labels, or over its sequences of each one's mean"),
  shuffle: stageFields.shuffle,
  optimizer: optimizerSchema({ learningRate: 2e-5, schedule: 'cosine' }),
})
