import { z } from 'zod'
import { checkpointSchema } from './checkpointSchema.js'
import { dataSourceSchema } from './dataSourceSchema.js'
import { engineSchema } from './engineSchema.js'
import { evalStageSchema } from './evalStageSchema.js'
import { grpoStageSchema } from './grpoStageSchema.js'
import { modelSchema } from './modelSchema.js'
import { pathString } from './pathString.js'
import { positiveInteger } from './positiveInteger.js'
import { promptSchema } from './promptSchema.js'
import { rewardsSchema } from './rewardsSchema.js'
import { safeName } from './safeName.js'
import { sftStageSchema } from './sftStageSchema.js'
import { watchdogSchema } from './watchdogSchema.js'
import { verifierSchema } from './verifierSchema.js'

const logSchema = z
  .strictObject({
    completionsPerStep: z.int().min(0).default(8).describe('Completions a step written to completions/'),
    completionsMaxBytes: positiveInteger()
      .default(256 << 20)
      .describe("What a stage's completions may take on disk; the oldest half goes when it is full"),
    judgePrices: z
      .strictObject({
        prompt: z.number().min(0).describe('A million tokens that it reads'),
        completion: z.number().min(0).describe('A million tokens that it writes'),
      })
      .optional()
      .describe('What the judge costs, in any currency; for the account at the end'),
    level: z
      .enum(['trace', 'debug', 'info', 'warn', 'error'])
      .default('info')
      .describe("From which level on the program's own log, log.jsonl, is written"),
  })
  .prefault({})
  .describe('What is logged')

/** A whole recipe, `extends` already resolved. Shape and values alone; checkReferences holds its parts together. */
export const recipeSchema = z.strictObject({
  version: z.literal(1).describe("The recipe format's version"),
  name: safeName({ dots: true }).describe('The run; its directory is <output>/<name>'),
  seed: z.int().min(0).default(0).describe('Everything random is keyed by it'),
  output: pathString().default('checkpoints').describe('Where run directories go'),
  model: modelSchema.describe('The model and what of it is trained'),
  engine: engineSchema.prefault({}).describe('What trains and samples'),
  data: z
    .record(safeName({ dots: false }), dataSourceSchema)
    .default({})
    .describe('Named data sources; stages refer to them'),
  prompt: promptSchema.prefault({}).describe('How questions become prompts and targets'),
  verifier: verifierSchema.prefault({}).describe('Who judges answers'),
  rewards: rewardsSchema.prefault({}).describe('How completions are scored'),
  watchdog: watchdogSchema,
  stages: z
    .array(z.discriminatedUnion('type', [sftStageSchema, grpoStageSchema, evalStageSchema]))
    .min(1, { error: 'a recipe needs at least one stage' })
    .describe('What is done, in order; any kinds, any number'),
  checkpoint: checkpointSchema,
  log: logSchema,
})
