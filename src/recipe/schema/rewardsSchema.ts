import { z } from 'zod'
import { share } from './share.js'

const weight = z.number().default(1).describe('Factor of this term in the reward')

/** How a completion is scored. */
export const rewardsSchema = z.strictObject({
  combine: z
    .enum(['additive', 'gated'])
    .default('additive')
    .describe('additive: the weighted sum (Fin-R1); gated: the other terms count only where the format is right'),
  terms: z
    .array(
      z.discriminatedUnion('type', [
        z.strictObject({
          type: z.literal('format').describe('1 for exactly <think>…</think><answer>…</answer>'),
          weight,
        }),
        z.strictObject({
          type: z.literal('accuracy').describe('1 for an answer the verifier finds equivalent'),
          weight,
        }),
      ]),
    )
    .min(1)
    .default([
      { type: 'format', weight: 1 },
      { type: 'accuracy', weight: 1 },
    ])
    .describe('What is added up'),
  maxGoldFailShare: share()
    .default(0.02)
    .describe('Gold answers that do not score 1 are listed and left out; more than this share stops the run'),
})
