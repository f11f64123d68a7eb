import { z } from 'zod'
import { pathString } from './pathString.js'
import { positiveInteger } from './positiveInteger.js'

const targets = ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'] as const

const loraSchema = z.strictObject({
  type: z.literal('lora').describe('Low-rank adapters beside frozen weights (PEFT format)'),
  rank: positiveInteger().default(16).describe('Rank r of A [r, in] and B [out, r]'),
  alpha: z.number().positive().default(32).describe('The update is scaled by alpha / rank'),
  targets: z
    .array(z.enum(targets))
    .min(1)
    .default([...targets])
    .describe('The linear layers that get an adapter'),
  initFrom: pathString()
    .optional()
    .describe('Directory of a PEFT adapter to start from; its own rank, alpha and targets hold'),
})

const fullSchema = z.strictObject({ type: z.literal('full').describe('Every weight is trained') })

const initSchema = z
  .strictObject({
    model_type: z.enum(['llama', 'qwen2', 'qwen3']).describe('Which decoder family'),
    vocab_size: positiveInteger().optional().describe("Tokens of the vocabulary; default: the tokenizer's"),
    hidden_size: positiveInteger().describe('Width of the residual stream'),
    intermediate_size: positiveInteger().describe('Width of the MLP'),
    num_hidden_layers: positiveInteger().describe('Layers'),
    num_attention_heads: positiveInteger().describe('Query heads'),
    num_key_value_heads: positiveInteger().optional().describe('Key and value heads; default: as many as query heads'),
    head_dim: positiveInteger().optional().describe('Width of a head; default: hidden_size / num_attention_heads'),
    max_position_embeddings: positiveInteger().default(2048).describe('The longest sequence the model may see'),
    rms_norm_eps: z.number().positive().default(1e-6).describe('Epsilon of RMSNorm'),
    rope_theta: z.number().positive().default(10_000).describe('Base of the rotary frequencies'),
    tie_word_embeddings: z.boolean().default(true).describe('Whether the output head is the embedding'),
    initializer_range: z.number().positive().default(0.02).describe('Standard deviation of the fresh weights'),
    initializer_positional_bias: z
      .number()
      .positive()
      .optional()
      .describe('Strength of fresh q and k biases by which first-layer heads look 0 to 3 tokens back (qwen2)'),
  })
  .describe("A fresh random model instead of a trained one: config.json's keys, as Hugging Face spells them")

/** The model a recipe starts from and what of it is trained. */
export const modelSchema = z.strictObject({
  path: pathString()
    .optional()
    .describe(
      'A Hugging Face directory, a hub id (owner/name), or `embedded` for the small model shipped with fintune',
    ),
  init: initSchema.optional(),
  tokenizer: pathString()
    .optional()
    .describe("Directory of tokenizer.json and tokenizer_config.json; default: the model's own"),
  adapter: z
    .discriminatedUnion('type', [loraSchema, fullSchema])
    .default({ type: 'full' })
    .describe('What is trained: every weight, or low-rank adapters'),
  maxLength: positiveInteger()
    .optional()
    .describe("Longest sequence in tokens, prompt and completion together; default: the model's limit"),
})
