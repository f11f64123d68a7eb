import { z } from 'zod'
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
    .describe('Arithmetic of the matrix products; auto is float32 where it is as fast'),
  threads: z
    .union([z.literal('auto'), positiveInteger()], { error: 'takes auto or a whole number of 1 or more' })
    .default('auto')
    .describe('Compute threads; auto: the cores this process may use'),
})

/** What trains and samples. */
export const engineSchema = z.discriminatedUnion('type', [localSchema])
