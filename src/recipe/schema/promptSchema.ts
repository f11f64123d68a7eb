import { z } from 'zod'
import { pathString } from './pathString.js'
import { positiveInteger } from './positiveInteger.js'

/** How a question and its page become a prompt and a target. */
export const promptSchema = z.strictObject({
  template: z
    .enum(['fin-r1', 'compact'])
    .default('fin-r1')
    .describe("The prompt's wording: Fin-R1's instructions, or a short form for small models"),
  system: z
    .string()
    .optional()
    .describe(
      "The system message, '' for an empty one; default: the template's, or none, and the model's own may stand",
    ),
  context: z
    .enum(['evidence', 'full'])
    .default('full')
    .describe('What of the page is shown: all of it, or the gold evidence (not in the official test split)'),
  table: z
    .enum(['rows', 'sentences'])
    .default('rows')
    .describe('A table as rows under a header, or as sentences that name row and column of every figure (longer)'),
  answer: z
    .enum(['program', 'text'])
    .default('program')
    .describe("What <answer> holds: a program in FinQA's language, or the value as text"),
  reasoning: z
    .discriminatedUnion('type', [
      z.strictObject({
        type: z.literal('program').describe("The program's steps with their sources"),
        results: z
          .boolean()
          .default(true)
          .describe('With the result of each step; without, for models too small to calculate: programs are executed'),
      }),
      z.strictObject({
        type: z
          .literal('operators')
          .describe("The names of the program's steps, a plan in few tokens, for models too small for more"),
      }),
      z.strictObject({
        type: z.literal('field').describe('Distilled traces'),
        path: pathString().describe('JSONL of {"id", "reasoning"} lines, one an example'),
      }),
    ])
    .default({ type: 'program', results: true })
    .describe('What <think> holds in SFT targets'),
  maxPromptTokens: positiveInteger().default(1024).describe('Token budget of a prompt'),
  onTooLong: z
    .enum(['trim', 'drop', 'error'])
    .default('trim')
    .describe('Past the budget: drop the least useful sentences, drop the example, or stop'),
})
