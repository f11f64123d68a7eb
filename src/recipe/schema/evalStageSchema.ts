import { z } from 'zod'
import { decodingSchema } from './decodingSchema.js'
import { positiveInteger } from './positiveInteger.js'
import { stageFields } from './stageFields.js'
import { stageName } from './stageName.js'

/** Evaluation by the official rules. */
export const evalStageSchema = z.strictObject({
  type: z.literal('eval').describe('Evaluation: decodes answers and scores them by the official rules'),
  name: stageName().default('eval'),
  data: stageFields.sourceNames().min(1).describe('Names of the data sources to answer'),
  limit: positiveInteger().optional().describe('Only the first so many examples of each'),
  decoding: decodingSchema,
})
