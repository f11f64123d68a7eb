import { fileURLToPath } from 'node:url'
import type { LocalEngineOptions } from '../../src/engine/local/LocalEngineOptions.js'

/** Where the golden tiny models lie. */
export const goldenDirectory = (name: string) => fileURLToPath(new URL(`../golden/${name}`, import.meta.url))

/** tiny-qwen2 (64 wide, 2 layers, 320 tokens), fully fine-tuned on the reference backend. */
export const tinyQwen2: LocalEngineOptions = {
  modelPath: goldenDirectory('tiny-qwen2'),
  adapter: { type: 'full' },
  backend: 'cpu',
  threads: 1,
  seed: 7,
}

/** A decoder with fresh weights, small enough for property tests: 16 wide, 1 layer, 24 tokens, with q/k/v biases. */
export const minute: LocalEngineOptions = {
  init: {
    config: {
      model_type: 'qwen2',
      vocab_size: 24,
      hidden_size: 16,
      intermediate_size: 24,
      num_hidden_layers: 1,
      num_attention_heads: 2,
      num_key_value_heads: 1,
      max_position_embeddings: 64,
      rope_theta: 10000,
      tie_word_embeddings: true,
    },
  },
  adapter: { type: 'full' },
  backend: 'cpu',
  threads: 1,
  seed: 11,
}
