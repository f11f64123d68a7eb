import { z } from 'zod'

/** How a next token is drawn; shared by rollouts and decoding. */
export const samplingFields = {
  topP: z
    .number()
    .gt(0)
    .max(1)
    .default(1)
    .describe('Keep the likeliest tokens of this probability together; 1 keeps all'),
  topK: z.int().min(0).default(0).describe('Keep so many of the likeliest tokens; 0 keeps all'),
  minP: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe("Keep tokens of at least this share of the likeliest one's probability"),
  repetitionPenalty: z
    .number()
    .positive()
    .default(1)
    .describe('Seen tokens are made less likely by this factor; 1: not'),
  stop: z.array(z.string().min(1)).default([]).describe('A completion ends once its text contains one of these'),
}
