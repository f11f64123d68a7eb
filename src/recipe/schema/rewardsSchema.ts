import { z } from 'zod'
import { rewardTermSchema } from './rewardTermSchema.js'
import { share } from './share.js'

/** How a completion is scored. */
export const rewardsSchema = z.strictObject({
  combine: z
    .enum(['additive', 'gated'])
    .default('additive')
    .describe('additive: the weighted sum (Fin-R1); gated: the other terms count only where the format is right'),
  terms: z
    .array(rewardTermSchema)
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
