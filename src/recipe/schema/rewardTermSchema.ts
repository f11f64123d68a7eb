import { z } from 'zod'
import { chatModelSchema } from './judgeSchema.js'
import { pathString } from './pathString.js'
import { positiveInteger } from './positiveInteger.js'
import { safeName } from './safeName.js'

const weight = z.number().default(1).describe('Factor of this term in the reward')

const criterion = z.strictObject({
  text: z.string().min(1).describe('What a good completion does, in words for the judge'),
  weight: z.number().positive().default(1).describe('Share of this criterion in the value'),
})

/** One reward. */
export const rewardTermSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('format').describe('1 for exactly <think>…</think><answer>…</answer>'), weight }),
  z.strictObject({ type: z.literal('accuracy').describe('1 for an answer the verifier finds equivalent'), weight }),
  z.strictObject({
    type: z
      .literal('length')
      .describe('Along half a cosine: right answers earn more the shorter, wrong ones lose less the longer'),
    weight,
    maxLength: positiveInteger().describe('Tokens at which the curve ends'),
    minValueCorrect: z.number().default(0.5).describe('Right, at full length'),
    maxValueCorrect: z.number().default(1).describe('Right, at no length'),
    minValueWrong: z.number().default(-1).describe('Wrong, at no length'),
    maxValueWrong: z.number().default(-0.5).describe('Wrong, at full length'),
  }),
  z.strictObject({
    type: z
      .literal('overlong')
      .describe("DAPO's soft punishment: 0, falling to -1 over the last tokens before maxLength"),
    weight,
    maxLength: positiveInteger().describe('Tokens from which it is -1'),
    buffer: positiveInteger().describe('Tokens before maxLength over which it falls'),
  }),
  z.strictObject({
    type: z.literal('repetition').describe('maxPenalty times the share of n-grams that were there before'),
    weight,
    ngram: positiveInteger().default(3).describe('Words of an n-gram'),
    maxPenalty: z.number().max(0).default(-1).describe('What nothing but repetition costs'),
  }),
  z.strictObject({
    type: z.literal('language').describe('Share of the words in the wanted language'),
    weight,
    language: z.enum(['en', 'zh', 'prompt']).default('prompt').describe("prompt: the prompt's own"),
  }),
  z.strictObject({
    type: z.literal('rubric').describe('Weight of the criteria that a judge finds met; without a reference answer'),
    weight,
    criteria: z.array(criterion).min(1).describe('What is asked of each completion'),
    model: chatModelSchema.describe('The judge; its prompt defaults to the shipped recipes/judge/rubric.md'),
  }),
  z.strictObject({
    type: z.literal('refusal').describe('1 where the completion refuses exactly if the gold answer does'),
    weight,
  }),
  z.strictObject({
    type: z.literal('module').describe('A reward of your own'),
    weight,
    name: safeName({ dots: false }).optional().describe("Its name in the log; default: the file's"),
    path: pathString().describe('A .ts, .mts, .js or .mjs file whose default export scores completions'),
    options: z.record(z.string(), z.unknown()).default({}).describe('Handed to the module as they are'),
  }),
])
