import { z } from 'zod'

/** OpenAI's fields that chat and plain completions share. Null is as good as absent; what is not known is not read. */
export const samplingRequest = {
  model: z.string().nullish(),
  n: z.int().min(1).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().gt(0).max(1).nullish(),
  /** Beyond OpenAI's, as vLLM names them. */
  top_k: z.int().min(-1).nullish(),
  min_p: z.number().min(0).max(1).nullish(),
  repetition_penalty: z.number().gt(0).nullish(),
  ignore_eos: z.boolean().nullish(),
  seed: z.int().nullish(),
  stop: z.union([z.string(), z.array(z.string()).max(16)]).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  /** Named so that a client that relies on them is told, not left to wonder. */
  presence_penalty: z.literal(0, 'presence penalties are not offered; use repetition_penalty').nullish(),
  frequency_penalty: z.literal(0, 'frequency penalties are not offered; use repetition_penalty').nullish(),
  logit_bias: z.record(z.string(), z.never('logit biases are not offered')).nullish(),
}
