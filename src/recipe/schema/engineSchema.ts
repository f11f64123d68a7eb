import { z } from 'zod'
import { pathString } from './pathString.js'
import { positiveInteger } from './positiveInteger.js'

const localSchema = z.strictObject({
  type: z.literal('local').optional().default('local').describe('This machine, by TensorFlow.js'),
  backend: z
    .enum(['auto', 'native', 'tensorflow', 'wasm', 'cpu'])
    .default('auto')
    .describe('Which kernels compute; `fintune doctor` says what auto picks and why'),
  dtype: z
    .enum(['auto', 'float32', 'bfloat16'])
    .default('auto')
    .describe(
      'Operands of the products with weights (sums and weights stay float32); auto is bfloat16 for a model saved in it ' +
        'on a CPU that multiplies it, where that pays, else float32',
    ),
  recompute: z
    .enum(['auto', 'always', 'never'])
    .default('auto')
    .describe(
      'Activation recomputation (gradient checkpointing): keep the input of each layer alone and run it again in the ' +
        'backward pass; auto: where the activations would not fit into memory',
    ),
  kvCacheMiB: positiveInteger()
    .default(256)
    .describe('Memory for keys and values while sampling; what does not fit waits'),
  threads: z
    .union([z.literal('auto'), positiveInteger()], { error: 'takes auto or a whole number of 1 or more' })
    .default('auto')
    .describe('Compute threads; auto: the cores this process may use'),
})

const tinkerSchema = z.strictObject({
  type: z
    .literal('tinker')
    .describe('A server that speaks the Tinker API (SkyRL, open-rl, the hosted service): LoRA alone'),
  url: pathString()
    .refine((url) => /^(https?:\/\/|\$\{env:)/.test(url), {
      error: "takes the server's address, e.g. http://localhost:8000",
    })
    .describe("The server's address"),
  baseModel: z.string().min(1).optional().describe('What the server calls the base model; default: what model names'),
  apiKeyEnv: z
    .string()
    .min(1)
    .default('TINKER_API_KEY')
    .describe('The environment variable with the key; where it is not set, none is sent'),
  reduction: z
    .enum(['auto', 'sequenceMean', 'tokenSum'])
    .default('auto')
    .describe('How the server makes one gradient of many tokens; auto: measured before the first step'),
  maxInFlight: positiveInteger().default(256).describe('Requests on their way at once, at most'),
  patienceMinutes: z
    .number()
    .positive()
    .default(10)
    .describe('How long the server may be away before the run stops (checkpointed)'),
})

const moduleSchema = z.strictObject({
  type: z.literal('module').describe('An engine of your own'),
  path: pathString().describe('A .ts, .mts, .js or .mjs file whose default export makes an Engine'),
  options: z.record(z.string(), z.unknown()).default({}).describe('Handed to the module as they are'),
})

/** What trains and samples. */
export const engineSchema = z.discriminatedUnion('type', [localSchema, tinkerSchema, moduleSchema])
