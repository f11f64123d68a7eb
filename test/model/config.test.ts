import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { InputError } from '../../src/lib/InputError.js'
import { parseModelConfig } from '../../src/model/parseModelConfig.js'
import { readModelConfig } from '../../src/model/readModelConfig.js'
import { goldenPath } from './support/golden.js'
import { copyOfGolden, editJson, messageOf, temporaryDirectory } from './support/modelFixture.js'

const LLAMA = {
  model_type: 'llama',
  hidden_size: 64,
  intermediate_size: 128,
  num_attention_heads: 4,
  num_hidden_layers: 2,
  vocab_size: 320,
}
const parse = (changes: Record<string, unknown>) => parseModelConfig({ ...LLAMA, ...changes }, 'config.json')
const refusal = (changes: Record<string, unknown>) => messageOf((async () => parse(changes))())

describe('what Hugging Face writes is understood', () => {
  test('Transformers 5 spelling', async () => {
    const { raw, ...config } = await readModelConfig(goldenPath('tiny-qwen3'))
    expect(raw.dtype).toBe('float32')
    expect(config).toEqual({
      modelType: 'qwen3',
      initializerRange: 0.02,
      initializerPositionalBias: 0,
      vocabSize: 320,
      hiddenSize: 48,
      intermediateSize: 112,
      layers: 2,
      heads: 3,
      kvHeads: 1,
      headDim: 32,
      rmsNormEps: 1e-6,
      rope: { type: 'default', theta: 1e6 },
      maxPositions: 256,
      qkvBias: false,
      outputBias: false,
      mlpBias: false,
      qkNorm: true,
      tiedEmbeddings: false,
      bosTokenId: 1,
      eosTokenIds: [2],
      padTokenId: 0,
    })
  })

  test('Transformers 4 spelling, and the biases that Qwen2 always has', async () => {
    expect((await readModelConfig(goldenPath('tiny-llama'))).rope).toEqual({ type: 'default', theta: 1e4 })
    expect(await readModelConfig(goldenPath('tiny-qwen2'))).toMatchObject({ qkvBias: true, outputBias: false })
  })

  test('defaults of absent keys', () => {
    expect(parse({})).toMatchObject({
      kvHeads: 4,
      headDim: 16,
      maxPositions: 2048,
      rmsNormEps: 1e-6,
      rope: { theta: 1e4 },
    })
    expect(parse({ model_type: 'qwen3', head_dim: null })).toMatchObject({ headDim: 128, tiedEmbeddings: false })
    expect(parse({ attention_bias: true, mlp_bias: true })).toMatchObject({
      qkvBias: true,
      outputBias: true,
      mlpBias: true,
    })
  })

  test('rotary settings in both spellings', () => {
    const llama3 = { factor: 32, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 8192 }
    const wanted = {
      type: 'llama3',
      theta: 5e5,
      factor: 32,
      lowFreqFactor: 1,
      highFreqFactor: 4,
      originalMaxPositions: 8192,
    }
    expect(parse({ rope_theta: 5e5, rope_scaling: { rope_type: 'llama3', ...llama3 } }).rope).toEqual(wanted)
    expect(parse({ rope_parameters: { rope_theta: 5e5, rope_type: 'llama3', ...llama3 } }).rope).toEqual(wanted)
    expect(parse({ rope_scaling: { type: 'linear', factor: 2 } }).rope).toEqual({
      type: 'linear',
      theta: 1e4,
      factor: 2,
    })
    // YaRN's attention factor is 0.1·ln 4 + 1
    const yarn = { type: 'yarn', factor: 4, original_max_position_embeddings: 32_768 }
    expect(parse({ rope_theta: 1e6, rope_scaling: yarn }).rope).toEqual({
      type: 'yarn',
      theta: 1e6,
      factor: 4,
      originalMaxPositions: 32_768,
      betaFast: 32,
      betaSlow: 1,
      truncate: true,
      attentionFactor: 0.1 * Math.log(4) + 1,
    })
  })

  test('end-of-sequence tokens of both files', async () => {
    const directory = copyOfGolden('tiny-llama')
    editJson(join(directory, 'generation_config.json'), { eos_token_id: [2, 7] })
    expect((await readModelConfig(directory)).eosTokenIds).toEqual([2, 7])
  })

  test('a sliding window that no layer uses', () => {
    const window = { model_type: 'qwen2', use_sliding_window: true, sliding_window: 16, max_window_layers: 2 }
    expect(parse(window).layers).toBe(2)
    expect(parse({ ...window, layer_types: ['full_attention', 'full_attention'], max_window_layers: 0 }).layers).toBe(2)
  })
})

describe('what would compute something else is refused with key, found and allowed', () => {
  test.each<[Record<string, unknown>, RegExp]>([
    [{ model_type: 'mistral' }, /model_type: found "mistral"; supported are llama, qwen2, qwen3/],
    [{ model_type: 'qwen3_moe' }, /model_type: found "qwen3_moe".*no mixture of experts/],
    [{ model_type: undefined }, /model_type: found nothing/],
    [{ num_experts: 8 }, /num_experts: found 8; mixtures/],
    [{ hidden_act: 'gelu' }, /hidden_act: found "gelu"; only silu/],
    [{ hidden_size: '64' }, /hidden_size: found "64"; it must be an integer of at least 1/],
    [
      { hidden_size: 65 },
      /head_dim: found nothing; without it num_attention_heads \(4\) must divide hidden_size \(65\)/,
    ],
    [{ num_key_value_heads: 3 }, /num_key_value_heads: found 3; it must divide num_attention_heads \(4\)/],
    [{ head_dim: 15 }, /head_dim: found 15; rotary positions need an even number/],
    [{ rms_norm_eps: 0 }, /rms_norm_eps: found 0; it must be a number above 0/],
    [{ tie_word_embeddings: 'yes' }, /tie_word_embeddings: found "yes"; it must be true or false/],
    [{ quantization_config: { bits: 4 } }, /quantization_config: found \{"bits":4\}; only unquantised/],
    [{ architectures: ['LlamaForSequenceClassification'] }, /architectures: found .*a causal language model is needed/],
    [
      { rope_scaling: { type: 'longrope', factor: 2 } },
      /rope_scaling\.type: found "longrope"; default, linear, dynamic, llama3 or yarn/,
    ],
    [{ rope_scaling: { type: 'linear' } }, /rope_scaling\.factor: found nothing/],
    [
      { rope_parameters: { rope_theta: 1e4, partial_rotary_factor: 0.5 } },
      /rope_parameters\.partial_rotary_factor: found 0\.5/,
    ],
    [{ rope_scaling: 'linear' }, /rope_scaling: found "linear"; it must be an object or null/],
    [
      { model_type: 'qwen2', use_sliding_window: true, sliding_window: 16, max_window_layers: 1 },
      /sliding_window: found 16/,
    ],
    [{ eos_token_id: ['</s>'] }, /eos_token_id: found \["<\/s>"\]/],
  ])('%j', async (changes, message) => {
    expect(await refusal(changes)).toMatch(message)
  })

  test('everything at once', async () => {
    const message = await refusal({ hidden_act: 'relu', vocab_size: 0, mlp_bias: 1 })
    expect(message).toMatch(/config\.json has 3 problems/)
    for (const key of ['hidden_act', 'vocab_size', 'mlp_bias']) expect(message).toContain(`\n  ${key}: found`)
  })

  test('files that are no config', async () => {
    const directory = temporaryDirectory()
    const file = join(directory, 'config.json')
    const error = await readModelConfig(directory).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(InputError)
    expect((error as Error).message).toMatch(
      /config\.json: there is no such file\. A model directory holds config\.json/,
    )
    writeFileSync(file, '{"hidden_size": 1,')
    expect(await messageOf(readModelConfig(directory))).toMatch(/config\.json is not JSON/)
    writeFileSync(file, '[]')
    expect(await messageOf(readModelConfig(directory))).toMatch(/found a list; it must hold a JSON object/)
    rmSync(file)
    writeFileSync(join(directory, 'plain'), '')
    expect(await messageOf(readModelConfig(join(directory, 'plain')))).toMatch(/there is no such file/)
  })
})
