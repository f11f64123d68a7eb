import { z } from 'zod'
import { samplingFields } from './samplingFields.js'

/** How completions to learn from are drawn. */
export const samplingSchema = z
  .strictObject({
    temperature: z
      .number()
      .gt(0, { error: 'rollouts need a temperature above 0: equal completions teach nothing' })
      .default(1)
      .describe('Logits are divided by it'),
    ...samplingFields,
  })
  .prefault({})
  .describe('How completions are drawn')
