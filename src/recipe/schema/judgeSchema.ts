import { z } from 'zod'
import { pathString } from './pathString.js'
import { positiveInteger } from './positiveInteger.js'
import { share } from './share.js'

const asked = {
  prompt: pathString()
    .optional()
    .describe('File of instructions to the judge; default: the shipped recipes/judge/equivalence.md'),
  question: z.boolean().default(false).describe('Shows the question to the judge; judges err more with it'),
  votes: positiveInteger().default(1).describe('How often each pair is asked; more than half must agree'),
}

const temperature = () => z.number().min(0).default(0).describe('Above 0 votes may differ')

const openai = z.strictObject({
  type: z.literal('openai').describe('An OpenAI-compatible endpoint'),
  url: pathString().describe('Base URL, e.g. http://localhost:8000/v1'),
  model: z.string().min(1).describe("The judge's name at the endpoint"),
  apiKeyEnv: z.string().min(1).optional().describe('Environment variable that holds the key; the key is never written'),
  timeoutMs: positiveInteger().default(30_000).describe('Milliseconds a call may take'),
  totalTimeoutMs: positiveInteger()
    .default(120_000)
    .describe('Milliseconds a pair may take, tries and pauses included'),
  maxRetries: z.int().min(0).default(3).describe('Further tries after a call that failed for a passing reason'),
  backoffMs: positiveInteger().default(500).describe('First pause before a retry, doubled each time'),
  concurrency: positiveInteger().default(8).describe('Calls in flight at once'),
  requestsPerMinute: positiveInteger()
    .optional()
    .describe('Calls a minute at most, evenly spaced; default: as many as it takes'),
  breaker: z
    .strictObject({
      failures: positiveInteger().default(10).describe('Failures in a row after which calls wait'),
      cooldownMs: positiveInteger().default(2000).describe('Milliseconds before one call probes'),
    })
    .prefault({})
    .describe('Keeps calls from an endpoint that is down'),
  maxTokens: positiveInteger().default(1024).describe('Tokens the judge may write'),
  temperature: temperature(),
  logprobs: z
    .boolean()
    .default(true)
    .describe('Asks for log p, which gives a score; dropped where the endpoint refuses'),
  maxResponseBytes: positiveInteger().default(4_194_304).describe('Bytes read of one response'),
  ...asked,
})

const local = z.strictObject({
  type: z.literal('local').describe('A Hugging Face directory, run by our engine'),
  path: pathString().describe('The directory'),
  maxTokens: positiveInteger().default(256).describe('Tokens the judge may write'),
  temperature: temperature(),
  ...asked,
})

const embedded = z.strictObject({
  type: z.literal('embedded').describe('The small judge shipped with fintune'),
  threshold: share().default(0.5).describe('P(equivalent) from which an answer counts as equivalent'),
})

const several = () =>
  z
    .array(z.discriminatedUnion('type', [embedded, openai, local]))
    .min(2)
    .describe('The judges, each as it would stand alone')

/** A model that answers conversations. */
export const chatModelSchema = z.discriminatedUnion('type', [openai, local])

/** Who judges what the rules leave open. */
export const judgeSchema = z.discriminatedUnion('type', [
  embedded,
  openai,
  local,
  z.strictObject({ type: z.literal('none').describe('No model: what no rule finds equal is different') }),
  z.strictObject({
    type: z.literal('majority').describe('Several judges, all asked: what more than half of them say'),
    judges: several(),
  }),
  z.strictObject({
    type: z.literal('escalation').describe('Several judges in order: the next is asked where one fails or is not sure'),
    judges: several(),
    certain: z
      .number()
      .min(0.5)
      .max(1)
      .default(0.9)
      .describe('A score this far from a half stands: 0.9 means up to 0.1 or from 0.9'),
  }),
])
