import { z } from 'zod'
import { pathString } from './pathString.js'
import { positiveInteger } from './positiveInteger.js'
import { share } from './share.js'

/** The verifier's rules by name; the verifier room has them, a test holds the two lists together. */
const ruleNames = [
  'program',
  'empty',
  'exactText',
  'yesNo',
  'multipleChoice',
  'date',
  'number',
  'range',
  'list',
] as const

const modelJudgeSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('embedded').describe('The small judge shipped with fintune') }),
  z.strictObject({
    type: z.literal('openai').describe('An OpenAI-compatible endpoint'),
    url: pathString().describe('Base URL, e.g. http://localhost:8000/v1'),
    model: z.string().min(1).describe("The judge's name at the endpoint"),
    apiKeyEnv: z
      .string()
      .min(1)
      .optional()
      .describe('Environment variable that holds the key; the key is never written'),
    timeoutMs: positiveInteger().default(30_000).describe('Milliseconds a call may take'),
    maxRetries: z.int().min(0).default(3).describe('Further tries after a failed call'),
    concurrency: positiveInteger().default(8).describe('Calls in flight at once'),
    maxTokens: positiveInteger().default(1024).describe('Tokens the judge may write'),
  }),
  z.strictObject({
    type: z.literal('local').describe('A Hugging Face directory, run by our engine'),
    path: pathString().describe('The directory'),
  }),
  z.strictObject({ type: z.literal('none').describe('No model: what no rule finds equal is different') }),
])

/** Who decides whether an answer equals the gold one. */
export const verifierSchema = z.strictObject({
  rules: z
    .strictObject({
      enabled: z.boolean().default(true).describe('Numbers, units, yes/no and programs are decided by rules'),
      disabled: z.array(z.enum(ruleNames)).default([]).describe('Rules that are not asked'),
    })
    .prefault({})
    .describe('The rules, asked first'),
  model: modelJudgeSchema.default({ type: 'embedded' }).describe('The model that judges what the rules leave open'),
  onDisagreement: z
    .enum(['rules', 'measure', 'unknown'])
    .default('rules')
    .describe(
      'rules: the model is asked only what they leave open; measure: asked everything, the rules stand and ' +
        'disagreements are counted; unknown: as measure, but then nobody is believed',
    ),
  maxUnknownShare: share()
    .default(0.05)
    .describe('A judge that fails leaves a sample out; more than this share of them stops the run'),
})
