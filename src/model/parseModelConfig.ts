import { jsonFields, type JsonFields } from './jsonFields.js'
import type { ModelConfig } from './ModelConfig.js'
import { ModelFileError } from './ModelFileError.js'
import { parseRopeConfig } from './parseRopeConfig.js'

const MODEL_TYPES = ['llama', 'qwen2', 'qwen3'] as const

/**
 * A ModelConfig from the content of a config.json (`file` is named in errors). Absent keys take the defaults that
 * Transformers gives that model type.
 *
 * @throws ModelFileError listing every problem: key, found, allowed
 */
export function parseModelConfig(raw: Readonly<Record<string, unknown>>, file: string): ModelConfig {
  const problems: string[] = []
  const fields = jsonFields(raw, problems)
  const modelType = raw.model_type as ModelConfig['modelType']
  if (!MODEL_TYPES.includes(modelType)) {
    fields.refuse('model_type', `supported are ${MODEL_TYPES.join(', ')} (dense decoders; no mixture of experts).`)
    throw new ModelFileError(file, problems)
  }
  refuseUnsupported(fields, modelType)
  const config = { ...shape(fields, modelType), ...switches(fields, modelType), ...specialTokens(fields) }
  const rope = parseRopeConfig(raw, problems)
  if (config.heads % config.kvHeads !== 0)
    fields.refuse('num_key_value_heads', `it must divide num_attention_heads (${config.heads}).`)
  if (config.headDim % 2 !== 0)
    problems.push(`head_dim: found ${config.headDim}; rotary positions need an even number.`)
  if (problems.length > 0) throw new ModelFileError(file, problems)
  return { modelType, ...config, rope, raw }
}

function shape(fields: JsonFields, modelType: ModelConfig['modelType']) {
  const hiddenSize = fields.integer('hidden_size')
  const heads = fields.integer('num_attention_heads')
  const needsHeadDim = fields.value('head_dim') === undefined && modelType !== 'qwen3'
  if (needsHeadDim && hiddenSize % heads !== 0)
    fields.refuse('head_dim', `without it num_attention_heads (${heads}) must divide hidden_size (${hiddenSize}).`)
  return {
    hiddenSize,
    heads,
    vocabSize: fields.integer('vocab_size'),
    intermediateSize: fields.integer('intermediate_size'),
    layers: fields.integer('num_hidden_layers'),
    kvHeads: fields.integer('num_key_value_heads', { fallback: heads }),
    headDim: fields.integer('head_dim', { fallback: modelType === 'qwen3' ? 128 : Math.floor(hiddenSize / heads) }),
    maxPositions: fields.integer('max_position_embeddings', { fallback: modelType === 'llama' ? 2048 : 32_768 }),
    rmsNormEps: fields.positive('rms_norm_eps', { fallback: 1e-6 }),
    initializerRange: fields.positive('initializer_range', { fallback: 0.02 }),
    initializerPositionalBias: positionalBias(fields),
  }
}

/** A key of ours, for fresh models with biases. */
function positionalBias(fields: JsonFields): number {
  const key = 'initializer_positional_bias'
  return fields.value(key) === undefined ? 0 : fields.positive(key)
}

function switches(fields: JsonFields, modelType: ModelConfig['modelType']) {
  const attentionBias = modelType !== 'qwen2' && fields.boolean('attention_bias', false)
  return {
    qkvBias: modelType === 'qwen2' || attentionBias, // Qwen2 always has them and has no key for it
    outputBias: attentionBias,
    mlpBias: modelType === 'llama' && fields.boolean('mlp_bias', false),
    qkNorm: modelType === 'qwen3',
    tiedEmbeddings: fields.boolean('tie_word_embeddings', false),
  }
}

function specialTokens(fields: JsonFields) {
  const one = (key: string) => (fields.value(key) === undefined ? null : fields.integer(key, { minimum: -1 }))
  const eos = fields.value('eos_token_id')
  const isList = Array.isArray(eos)
  if (isList && !eos.every((id) => Number.isSafeInteger(id) && id >= 0))
    fields.refuse('eos_token_id', 'it must be a token id or a list of them.')
  const single = isList ? null : one('eos_token_id')
  return {
    bosTokenId: one('bos_token_id'),
    eosTokenIds: isList ? (eos as number[]) : single === null ? [] : [single],
    padTokenId: one('pad_token_id'),
  }
}

/** What would load and then compute something else is refused by name. */
function refuseUnsupported(fields: JsonFields, modelType: ModelConfig['modelType']): void {
  const activation = fields.value('hidden_act') ?? 'silu'
  if (activation !== 'silu' && activation !== 'swish') fields.refuse('hidden_act', 'only silu is supported.')
  for (const key of ['num_experts', 'num_local_experts'])
    if (Number(fields.value(key) ?? 0) > 0) fields.refuse(key, 'mixtures of experts are not supported.')
  if (fields.value('quantization_config') !== undefined)
    fields.refuse('quantization_config', 'only unquantised weights (float32, bfloat16, float16) can be trained.')
  const architectures = fields.value('architectures')
  if (Array.isArray(architectures) && !architectures.some((name) => String(name).endsWith('ForCausalLM')))
    fields.refuse(
      'architectures',
      'a causal language model is needed (LlamaForCausalLM, Qwen2ForCausalLM, Qwen3ForCausalLM).',
    )
  if (modelType !== 'llama' && fields.boolean('use_sliding_window', false)) refuseSlidingWindow(fields)
}

/** A window that no layer uses, or that is no shorter than the longest sequence, changes nothing and is let through. */
function refuseSlidingWindow(fields: JsonFields): void {
  const window = fields.integer('sliding_window', { fallback: 4096 })
  const layerTypes = fields.value('layer_types')
  const used = Array.isArray(layerTypes)
    ? layerTypes.includes('sliding_attention')
    : fields.integer('max_window_layers', { fallback: 28, minimum: 0 }) < fields.integer('num_hidden_layers')
  if (used && window < fields.integer('max_position_embeddings', { fallback: 32_768 }))
    fields.refuse('sliding_window', 'attention with a sliding window is not supported (use_sliding_window is true).')
}
