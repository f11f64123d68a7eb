import { join } from 'node:path'
import { createLocalEngine } from '../../src/engine/local/createLocalEngine.js'
import { packageRoot } from '../../src/lib/packageRoot.js'
import type { ServeLimits } from '../../src/serve/ServeLimits.js'
import { serveModel } from '../../src/serve/serveModel.js'
import { loadTokenizer } from '../../src/tokenizer/loadTokenizer.js'

/** The smallest model there is, which also has a context short enough to fill. */
export const servedDirectory = join(packageRoot(), 'checkpoints/embedded-verifier')

/** Serves the smallest model on loopback, in this process. */
export async function startServer(limits: Partial<ServeLimits> = {}, key: string | null = null) {
  const tokenizer = await loadTokenizer(servedDirectory)
  const engine = await createLocalEngine({
    modelPath: servedDirectory,
    adapter: { type: 'full' },
    backend: 'auto',
    threads: 1,
    seed: 0,
    decode: (ids) => tokenizer.decode(ids),
  })
  const capabilities = engine.capabilities()
  const server = await serveModel({
    model: { id: 'tiny', capabilities, sampler: engine.createSampler(), tokenizer, created: 1 },
    host: '127.0.0.1',
    port: 0,
    key,
    limits: { maxBodyBytes: 20_000, maxTokens: 200, maxCompletions: 16, maxSequences: 64, ...limits },
    onRequest: () => undefined,
  })
  return {
    url: server.url,
    engine,
    tokenizer,
    close: async () => {
      await server.close(0)
      await engine.close()
    },
  }
}
