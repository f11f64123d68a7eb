import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { FintuneError } from '../lib/FintuneError.js'
import { InputError } from '../lib/InputError.js'
import { packageRoot } from '../lib/packageRoot.js'
import { describeHubFailure, elsewhere } from './hub/describeHubFailure.js'
import { fetchModel, type FetchProgress } from './hub/fetchModel.js'
import { findCachedModel } from './hub/findCachedModel.js'
import type { HubId } from './hub/HubId.js'
import { hubSettings, type HubSettings } from './hub/hubSettings.js'
import { parseHubId } from './hub/parseHubId.js'

/**
 * The directory that a recipe's model.path stands for: an existing directory; `embedded`, the model shipped with this
 * package; or a hub id `owner/name[@revision]`, fetched once into the hub's cache (HF_HOME, HF_HUB_CACHE, HF_TOKEN,
 * HF_ENDPOINT and HF_HUB_OFFLINE are respected) and from then on read from there.
 *
 * @throws InputError saying what was found, what is allowed and what to type
 */
export async function resolveModelPath(
  pathOrHubId: string,
  options: {
    env?: Readonly<Record<string, string | undefined>>
    onProgress?: (progress: FetchProgress) => void
    /** False: config and tokenizer are enough. */
    weights?: boolean
  } = {},
): Promise<string> {
  if (pathOrHubId === 'embedded') return join(packageRoot(), 'checkpoints', 'embedded-base')
  const found = await stat(pathOrHubId).catch(() => null)
  if (found?.isDirectory()) return pathOrHubId
  const id = found ? null : parseHubId(pathOrHubId)
  if (id === null)
    throw new InputError(
      `model.path: found ${JSON.stringify(pathOrHubId)}, which is ${found ? 'a file' : 'not there'}; allowed are ` +
        'a directory with config.json, model.safetensors and tokenizer.json, a hub id (owner/name), or embedded.',
    )
  const settings = hubSettings(options.env)
  const weights = options.weights ?? true
  const cached = await findCachedModel(settings.cacheDir, id, weights)
  return cached ?? (await fetchFromHub(id, settings, options.onProgress, weights))
}

async function fetchFromHub(
  id: HubId,
  settings: HubSettings,
  onProgress: ((progress: FetchProgress) => void) | undefined,
  weights: boolean,
): Promise<string> {
  if (settings.offline)
    throw new InputError(
      `model.path: ${id.name} is no directory here and not in the cache (${settings.cacheDir}), and HF_HUB_OFFLINE is set.` +
        `\nTo fetch it, run the same command with  HF_HUB_OFFLINE=0${elsewhere(id)}`,
    )
  if (settings.token && !settings.token.startsWith('hf_'))
    throw new InputError('HF_TOKEN: found something else; a token of the hub begins with hf_.')
  try {
    return await fetchModel(id, settings, onProgress, weights)
  } catch (error) {
    if (FintuneError.isInstance(error)) throw error
    throw new InputError(`model.path: ${describeHubFailure(error, id, settings)}`)
  }
}
