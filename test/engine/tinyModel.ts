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
