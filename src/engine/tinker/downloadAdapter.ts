import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { FintuneError } from '../../lib/FintuneError.js'
import type { TinkerClient } from './createTinkerClient.js'
import { untar } from './untar.js'

const files = ['adapter_config.json', 'adapter_model.safetensors']

/**
 * Fetches a sampler checkpoint's archive and writes its PEFT adapter into an existing directory.
 * @throws FintuneError where the server gives no such archive
 */
export async function downloadAdapter(
  client: TinkerClient,
  model: string,
  checkpoint: string,
  directory: string,
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
  for (const name of files) await writeFile(join(directory, name), found.get(name)!)
}
