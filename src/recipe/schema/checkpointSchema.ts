import { z } from 'zod'
import { positiveInteger } from './positiveInteger.js'

/** When checkpoints are written and which are kept. */
export const checkpointSchema = z
  .strictObject({
    everySteps: positiveInteger().default(100).describe('A checkpoint every so many steps'),
    everyMinutes: z.number().positive().nullable().default(15).describe('And at least so often; null: by steps alone'),
    keepLast: positiveInteger().default(3).describe("How many of the last ones are kept; each stage's end always is"),
    keepEvery: positiveInteger().optional().describe('Those of every so many steps are kept for good'),
    keepBest: z
      .strictObject({
        metric: z.string().min(1).describe('A metric of the step log, e.g. eval/execution_accuracy'),
        mode: z.enum(['max', 'min']).default('max').describe('Whether more or less of it is better'),
      })
      .optional()
      .describe('The best one by a metric is kept too; an evaluation that is the best so far is checkpointed'),
  })
  .prefault({})
  .describe('Checkpoints')
