import { z } from 'zod'
import { pathString } from './pathString.js'
import { positiveInteger } from './positiveInteger.js'
import { share } from './share.js'

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
  }),
  z.strictObject({
    type: z.literal('local').describe('A Hugging Face directory, run by our engine'),
    path: pathString().describe('The directory'),
  }),
  z.strictObject({ type: z.literal('none').describe('No model: what the rules cannot decide is unknown') }),
])

/** Who decides whether an answer equals the gold one. */
export const verifierSchema = z.strictObject({
  rules: z
    .strictObject({
      enabled: z.boolean().default(true).describe('Numbers, units, yes/no and programs are decided by rules'),
    })
    .prefault({})
    .describe('The rules, asked first'),
  model: modelJudgeSchema.default({ type: 'embedded' }).describe('The model that judges what the rules leave open'),
  maxUnknownShare: share()
    .default(0.05)
    .describe('A judge that fails leaves a sample out; more than this share of them stops the run'),
})
