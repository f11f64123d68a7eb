import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { FintuneError } from '../../lib/FintuneError.js'
import type { TinkerClient } from './createTinkerClient.js'
import { untar } from './untar.js'

const files = ['adapter_config.json', 'adapter_model.safetensors']

/**
 * Fetches a sampler checkpoint's archive and writes its PEFT adapter into an existing directory. What SkyRL leaves out of
 * adapter_config.json, and PEFT and vLLM ask for, is filled in.
 * @throws FintuneError where the server gives no such archive
 */
export async function downloadAdapter(
  client: TinkerClient,
  model: string,
  checkpoint: string,
  directory: string,
  targets: readonly string[],
): Promise<void> {
  const endpoint = `training_runs/${model}/checkpoints/${checkpoint}/archive`
  const archive = await client.download(endpoint)
  const zipped = archive[0] === 0x1f && archive[1] === 0x8b
  const found = untar(zipped ? gunzipSync(archive) : archive)
  const missing = files.filter((name) => !found.has(name))
  if (missing.length > 0) {
    throw new FintuneError(
      `${endpoint} holds ${[...found.keys()].join(', ')}; a PEFT adapter needs ${missing.join(', ')}`,
    )
  }
  const config = JSON.parse(new TextDecoder().decode(found.get('adapter_config.json'))) as Record<string, unknown>
  config['target_modules'] ??= targets
  config['task_type'] ??= 'CAUSAL_LM'
  await writeFile(join(directory, 'adapter_config.json'), `${JSON.stringify(config, null, 2)}\n`)
  await writeFile(join(directory, 'adapter_model.safetensors'), found.get('adapter_model.safetensors')!)
}
