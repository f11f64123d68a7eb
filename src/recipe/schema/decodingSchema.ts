import { z } from 'zod'
import { positiveInteger } from './positiveInteger.js'
import { samplingFields } from './samplingFields.js'

/** How answers are decoded in an evaluation. */
export const decodingSchema = z
  .strictObject({
    temperature: z.number().min(0).default(0).describe('0 is greedy'),
    maxTokens: positiveInteger().default(256).describe('Longest answer in tokens'),
    samples: positiveInteger().default(1).describe('Answers a question; more than 1: pass@k and majority too'),
    ...samplingFields,
  })
  .prefault({})
  .describe('How answers are decoded')
