import type { ModelConfig } from './ModelConfig.js'

/** One parameter of a decoder: its Hugging Face name, shape and role. */
export interface TensorSpec {
  readonly name: string
  readonly shape: readonly number[]
  readonly kind: 'embedding' | 'linear' | 'norm' | 'bias'
}

/** Every parameter that a model of this config has, in the order of the forward pass. */
export function modelTensors(config: ModelConfig): TensorSpec[] {
  const { vocabSize, hiddenSize, layers } = config
  const specs: TensorSpec[] = [{ name: 'model.embed_tokens.weight', shape: [vocabSize, hiddenSize], kind: 'embedding' }]
  for (let layer = 0; layer < layers; layer++) specs.push(...layerTensors(config, `model.layers.${layer}`))
  specs.push({ name: 'model.norm.weight', shape: [hiddenSize], kind: 'norm' })
  if (!config.tiedEmbeddings) specs.push({ name: 'lm_head.weight', shape: [vocabSize, hiddenSize], kind: 'embedding' })
  return specs
}

function layerTensors(config: ModelConfig, layer: string): TensorSpec[] {
  const { hiddenSize, intermediateSize, headDim } = config
  const queries = config.heads * headDim
  const keys = config.kvHeads * headDim
  const norm = (name: string, width: number): TensorSpec => ({
    name: `${layer}.${name}.weight`,
    shape: [width],
    kind: 'norm',
  })
  const linear = (name: string, out: number, input: number, bias: boolean): TensorSpec[] => [
    { name: `${layer}.${name}.weight`, shape: [out, input], kind: 'linear' },
    ...(bias ? [{ name: `${layer}.${name}.bias`, shape: [out], kind: 'bias' as const }] : []),
  ]
  return [
    norm('input_layernorm', hiddenSize),
    ...linear('self_attn.q_proj', queries, hiddenSize, config.qkvBias),
    ...linear('self_attn.k_proj', keys, hiddenSize, config.qkvBias),
    ...linear('self_attn.v_proj', keys, hiddenSize, config.qkvBias),
    ...(config.qkNorm ? [norm('self_attn.q_norm', headDim), norm('self_attn.k_norm', headDim)] : []),
    ...linear('self_attn.o_proj', hiddenSize, queries, config.outputBias),
    norm('post_attention_layernorm', hiddenSize),
    ...linear('mlp.gate_proj', intermediateSize, hiddenSize, config.mlpBias),
    ...linear('mlp.up_proj', intermediateSize, hiddenSize, config.mlpBias),
    ...linear('mlp.down_proj', hiddenSize, intermediateSize, config.mlpBias),
  ]
}
