import { z } from 'zod'
import { optimizerSchema } from './optimizerSchema.js'
import { pathString } from './pathString.js'
import { policyLossSchema } from './policyLossSchema.js'
import { positiveInteger } from './positiveInteger.js'
import { samplingSchema } from './samplingSchema.js'
import { stageFields } from './stageFields.js'
import { stageName } from './stageName.js'

const rolloutsSchema = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('sample').describe('Sampled from the policy at every step') }),
    z.strictObject({
      type: z.literal('replay').describe('Recorded groups, promptsPerStep lines a step, in file order'),
      path: pathString().describe('JSONL of {"prompt_ids", "completions": [{"ids", "reward", "old_logprobs"}]} lines'),
    }),
  ])
  .default({ type: 'sample' })
  .describe('Where completions come from')

const dynamicSamplingSchema = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe('Sample another prompt for a group whose rewards are all equal (DAPO)'),
    maxResamples: positiveInteger().default(3).describe('Rounds of resampling a step at most'),
  })
  .prefault({})
  .describe('Resampling of groups that teach nothing')

const evaluateSchema = z
  .strictObject({
    everySteps: positiveInteger().describe('Evaluate every so many steps'),
    data: stageFields.sourceNames().min(1).describe('Names of the data sources'),
    limit: positiveInteger().optional().describe('Only the first so many examples of each'),
    maxTokens: positiveInteger().optional().describe("Longest answer; default: the stage's maxCompletionLength"),
  })
  .optional()
  .describe('Greedy evaluation while training')

/** Group-relative policy optimisation. */
export const grpoStageSchema = z.strictObject({
  type: z.literal('grpo').describe('Reinforcement learning: completions of one prompt are compared by their reward'),
  name: stageName().default('grpo'),
  train: stageFields.sourceNames().default([]).describe('Names of the data sources prompts come from'),
  steps: stageFields.steps,
  epochs: stageFields.epochs,
  promptsPerStep: positiveInteger().default(8).describe('Prompts a generation batch'),
  numGenerations: z
    .int()
    .min(2, { error: 'GRPO compares completions of one prompt, so it takes 2 or more' })
    .default(8)
    .describe('Completions a prompt'),
  maxCompletionLength: positiveInteger().default(256).describe('Longest completion in tokens'),
  sampling: samplingSchema,
  loss: policyLossSchema,
  updatesPerBatch: positiveInteger().default(1).describe('Optimizer steps made from each generation batch'),
  maxStaleness: z
    .int()
    .min(0)
    .default(0)
    .describe('Batches that sampling may run ahead of training; 0: strictly on-policy'),
  dynamicSampling: dynamicSamplingSchema,
  skipEqualGroups: z
    .boolean()
    .default(false)
    .describe(
      'Do not train on groups whose advantages are all 0: the same gradient for less; entropy is of the others',
    ),
  rollouts: rolloutsSchema,
  microBatchTokens: stageFields.microBatchTokens,
  shuffle: stageFields.shuffle,
  evaluate: evaluateSchema,
  optimizer: optimizerSchema({ learningRate: 1e-6, schedule: 'constant' }),
})
