import { z } from 'zod'
import { pathString } from './pathString.js'
import { positiveInteger } from './positiveInteger.js'
import { share } from './share.js'

const limit = positiveInteger().optional().describe('Take only the first so many examples')
const seed = z.int().min(0).default(0).describe('Seed of the generator; other seeds give other pages')
const offset = z
  .int()
  .min(0)
  .default(0)
  .describe('Number of the first page; ranges that do not overlap give disjoint pages of one seed')
const examples = positiveInteger().describe('How many examples to make')
const maxMalformedShare = share()
  .default(0.05)
  .describe('Malformed entries are listed and left out; more than this share of them stops the run')

/** Where examples come from. */
export const dataSourceSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('finqa').describe("FinQA's JSON, JSONL or the hub's parquet"),
    path: pathString().describe('The file'),
    limit,
    maxMalformedShare,
  }),
  z.strictObject({
    type: z.literal('convfinqa').describe('ConvFinQA: conversations, one example a turn'),
    path: pathString().describe('The file'),
    history: z
      .enum(['gold', 'own'])
      .default('gold')
      .describe("Earlier turns in the prompt: the gold ones, or the model's own answers (evaluation)"),
    turns: z.enum(['all', 'last']).default('all').describe('Every turn an example, or only the last of a conversation'),
    evidence: z
      .enum(['none', 'figures'])
      .default('none')
      .describe("figures: rows and sentences with a figure of the conversation's programs count as gold evidence"),
    limit,
    maxMalformedShare,
  }),
  z.strictObject({
    type: z.literal('synthetic').describe('Invented pages in FinQA format with questions, made on the fly'),
    examples,
    seed,
    offset,
    steps: z
      .tuple([share(), share(), share()])
      .refine((shares) => shares.some((part) => part > 0), { error: 'at least one share must be above 0' })
      .default([0.5, 0.35, 0.15])
      .describe('Shares of questions of one, two and three steps'),
    distractors: share().default(0.35).describe('Share of sentences that no question is about'),
    turns: share().default(0).describe('Share of pages that hold a conversation instead of one question'),
  }),
  z.strictObject({
    type: z.literal('synthetic-text').describe('Running text over invented pages, for pretraining'),
    examples,
    seed,
    offset,
    content: z
      .enum(['pages', 'lookups', 'copies'])
      .default('pages')
      .describe('Exercises in reading a page, figures to look up, or runs of words and figures to say again'),
  }),
  z.strictObject({
    type: z.literal('pairs').describe('Invented pairs of gold and given answers, for the verifier'),
    examples,
    seed,
    offset,
  }),
  z.strictObject({
    type: z.literal('messages').describe('Chats: {"messages": [{role, content}, …]} a line'),
    path: pathString().describe('The JSONL file'),
    limit,
  }),
  z.strictObject({
    type: z.literal('tokens').describe('Pre-tokenised: {"input_ids": […], "labels": […, -100]} a line; we shift'),
    path: pathString().describe('The JSONL file'),
    limit,
  }),
])
