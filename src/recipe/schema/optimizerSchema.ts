import { z } from 'zod'

/** AdamW as in PyTorch, with a learning-rate schedule; each kind of stage has its own defaults. */
export const optimizerSchema = (defaults: { learningRate: number; schedule: 'cosine' | 'constant' }) =>
  z
    .strictObject({
      type: z.literal('adamw').default('adamw').describe('The optimizer'),
      learningRate: z.number().positive().default(defaults.learningRate).describe('Highest learning rate'),
      beta1: z.number().min(0).lt(1).default(0.9).describe('Decay of the first moment'),
      beta2: z.number().min(0).lt(1).default(0.999).describe('Decay of the second moment'),
      epsilon: z.number().positive().default(1e-8).describe('Added to the root of the second moment'),
      weightDecay: z.number().min(0).default(0).describe('Decoupled weight decay'),
      decayExclude: z
        .enum(['none', 'biasAndNorm'])
        .default('none')
        .describe('What weight decay leaves out: nothing, or biases and norm weights'),
      maxGradNorm: z
        .number()
        .min(0)
        .default(1)
        .describe('Gradients are scaled down to this L2 norm; 0 switches clipping off'),
      schedule: z
        .enum(['constant', 'linear', 'cosine'])
        .default(defaults.schedule)
        .describe('Learning rate after the warm-up: held, or down to 0 along a line or a cosine'),
      warmupSteps: z.int().min(0).default(0).describe('Steps over which the learning rate rises from 0'),
    })
    .prefault({})
    .describe('How weights are updated')
