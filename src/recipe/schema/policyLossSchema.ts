import { z } from 'zod'

/** The policy-gradient loss of a GRPO stage. */
export const policyLossSchema = z
  .strictObject({
    type: z
      .enum(['grpo', 'bnpo', 'dr_grpo', 'dapo', 'cispo', 'sapo', 'vespo', 'luspo'])
      .default('dapo')
      .describe("The loss and how tokens are averaged, under TRL's names"),
    importanceSamplingLevel: z
      .enum(['token', 'sequence'])
      .default('token')
      .describe('A ratio a token, or one a completion (GSPO)'),
    beta: z.number().min(0).default(0).describe('Weight of the KL to the policy as the stage began; 0: none'),
    kl: z
      .strictObject({
        in: z
          .enum(['loss', 'reward'])
          .default('loss')
          .describe("A term of the loss, or taken off each completion's reward before they are compared"),
      })
      .prefault({})
      .describe('Where the KL counts; a Tinker server has no word for it in the loss'),
    klBiasCorrection: z
      .boolean()
      .default(false)
      .describe("KL times the ratio (TRL's default): another gradient off-policy"),
    epsilonLow: z.number().min(0).default(0.2).describe('The ratio is clipped below 1 − epsilonLow'),
    epsilonHigh: z
      .number()
      .positive()
      .optional()
      .describe('The ratio is clipped above 1 + epsilonHigh; in cispo the bound itself. Default: epsilonLow, cispo 5'),
    delta: z.number().gt(1).nullable().default(null).describe('Upper clip of the ratio for losses too (dual clip)'),
    truncatedImportanceSampling: z
      .number()
      .positive()
      .nullable()
      .default(null)
      .describe('Cap on the weight exp(trainer − sampler log p), where the sampler is not the trainer'),
    scaleRewards: z
      .enum(['group', 'batch', 'none'])
      .default('group')
      .describe("Advantages are divided by the group's std, the batch's, or nothing (Dr. GRPO)"),
    multiObjectiveAggregation: z
      .enum(['sum_then_normalize', 'normalize_then_sum'])
      .default('sum_then_normalize')
      .describe('Whether reward terms are added before or after they are normalised in their group'),
  })
  .transform((loss) => ({
    ...loss,
    epsilonHigh: loss.epsilonHigh ?? (loss.type === 'cispo' ? 5 : loss.epsilonLow),
  }))
  .prefault({})
  .describe('The loss')
