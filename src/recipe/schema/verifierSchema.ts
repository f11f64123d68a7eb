import { z } from 'zod'
import { judgeSchema } from './judgeSchema.js'
import { pathString } from './pathString.js'
import { share } from './share.js'

/** The verifier's rules by name; the verifier room has them, a test holds the two lists together. */
const ruleNames = [
  'program',
  'empty',
  'exactText',
  'yesNo',
  'multipleChoice',
  'nonAnswer',
  'date',
  'number',
  'range',
  'list',
  'sentence',
  'statement',
  'comparison',
  'synonym',
] as const

/** Who decides whether an answer equals the gold one. */
export const verifierSchema = z.strictObject({
  rules: z
    .strictObject({
      enabled: z.boolean().default(true).describe('Numbers, units, yes/no and programs are decided by rules'),
      disabled: z.array(z.enum(ruleNames)).default([]).describe('Rules that are not asked'),
    })
    .prefault({})
    .describe('The rules, asked first'),
  model: judgeSchema.prefault({ type: 'embedded' }).describe('The model that judges what the rules leave open'),
  onDisagreement: z
    .enum(['rules', 'measure', 'unknown'])
    .default('rules')
    .describe(
      'rules: the model is asked only what they leave open; measure: asked everything, the rules stand and ' +
        'disagreements are counted; unknown: as measure, but then nobody is believed',
    ),
  cache: z
    .strictObject({
      enabled: z.boolean().default(true).describe('Keeps verdicts of openai and local judges on disk'),
      path: pathString().optional().describe("Directory; default: .verdicts in the recipe's output"),
    })
    .prefault({})
    .describe('Verdicts are asked for once, in this run and the next'),
  maxUnknownShare: share()
    .default(0.05)
    .describe('A judge that fails leaves a sample out; more than this share of them stops the run'),
})
