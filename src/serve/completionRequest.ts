import { z } from 'zod'
import { samplingRequest } from './samplingRequest.js'

const ids = z.array(z.int().min(0)).min(1)

/** The body of POST /v1/completions: text or token ids, one prompt or several. */
export const completionRequest = z.object({
  ...samplingRequest,
  prompt: z.union([z.string(), ids, z.array(z.string()).min(1), z.array(ids).min(1)]),
  max_tokens: z.int().min(1).nullish(),
  /** How many of the likeliest tokens to tell with each token. */
  logprobs: z.int().min(0).max(20).nullish(),
  echo: z.literal(false, 'echo is not offered').nullish(),
  suffix: z.literal('', 'suffixes are not offered').nullish(),
  best_of: z.int().min(1).nullish(),
})

export type CompletionRequest = z.output<typeof completionRequest>
