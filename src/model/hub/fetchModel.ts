import { mkdir, readFile, realpath, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { InputError } from '../../lib/InputError.js'
import { sha256File } from '../../lib/sha256File.js'
import { writeFileAtomic } from '../../lib/writeFileAtomic.js'
import { COMPANION_FILES } from '../companionFiles.js'
import { cacheFolder } from './cacheFolder.js'
import type { HubId } from './HubId.js'
import type { HubSettings } from './hubSettings.js'
import { shardNames } from './shardNames.js'
import { withoutDebugOutput } from './withoutDebugOutput.js'

/** A file about to be fetched. */
export interface FetchProgress {
  readonly file: string
  readonly sizeBytes: number
}

interface RemoteFile {
  readonly path: string
  readonly size: number
  /** SHA-256 of large files; small ones have a git hash only. */
  readonly sha256: string | undefined
}

/**
 * Fetches what a model needs (config, tokenizer, chat template, safetensors; nothing else of the repository) into the
 * hub's cache with the hub's own library; without `weights` all but those. Weights come last, so that a snapshot with weights is whole.
 *
 * @returns the snapshot directory
 * @throws what the library throws; InputError when the repository lacks weights or a file came damaged
 */
export async function fetchModel(
  id: HubId,
  settings: HubSettings,
  onProgress: (progress: FetchProgress) => void = () => undefined,
  weights = true,
): Promise<string> {
  const hub = await import('@huggingface/hub')
  const access = { hubUrl: settings.endpoint, accessToken: settings.token }
  const { sha } = await hub.modelInfo({ ...access, name: id.name, revision: id.revision, additionalFields: ['sha'] })
  const remote = new Map<string, RemoteFile>()
  for await (const { type, path, size, lfs } of hub.listFiles({ ...access, repo: id.name, revision: sha }))
    if (type === 'file') remote.set(path, { path, size: lfs?.size ?? size, sha256: lfs?.oid })
  const fetchFile = async (file: RemoteFile): Promise<string> => {
    onProgress({ file: file.path, sizeBytes: file.size })
    const download = { ...access, repo: id.name, path: file.path, revision: sha, cacheDir: settings.cacheDir }
    const local = await withoutDebugOutput(() => hub.downloadFileToCacheDir(download))
    await requireWhole(local, file, id)
    return local
  }
  for (const name of ['config.json', ...COMPANION_FILES]) if (remote.has(name)) await fetchFile(remote.get(name)!)
  if (weights) for (const file of await weightFiles(id, remote, fetchFile)) await fetchFile(file)
  const folder = cacheFolder(settings.cacheDir, id)
  if (sha !== id.revision) await writeReference(join(folder, 'refs', id.revision), sha)
  return join(folder, 'snapshots', sha)
}

async function weightFiles(
  id: HubId,
  remote: ReadonlyMap<string, RemoteFile>,
  fetchFile: (file: RemoteFile) => Promise<string>,
): Promise<RemoteFile[]> {
  const single = remote.get('model.safetensors')
  const index = remote.get('model.safetensors.index.json')
  if (!remote.has('config.json') || !(single || index))
    throw new InputError(
      `${id.name}: found ${[...remote.keys()].slice(0, 10).join(', ') || 'no files'}; ` +
        'a model needs config.json and model.safetensors (or model.safetensors.index.json with its shards).',
    )
  if (single) return [single]
  const text = await readFile(await fetchFile(index!), 'utf8')
  return shardNames(text).map((shard) => {
    const file = remote.get(shard)
    if (!file) throw new InputError(`${id.name}: model.safetensors.index.json names ${shard}, which is not there.`)
    return file
  })
}

/** A broken connection or another process writing the same file must not leave a damaged model in the cache. */
async function requireWhole(local: string, file: RemoteFile, id: HubId): Promise<void> {
  const { size } = await stat(local)
  const damage =
    size !== file.size
      ? `found ${size} bytes, the hub has ${file.size}`
      : file.sha256 && (await sha256File(local)) !== file.sha256
        ? 'its SHA-256 is not what the hub says'
        : null
  if (damage === null) return
  await rm(await realpath(local), { force: true })
  await rm(local, { force: true })
  throw new InputError(`${id.name}: ${file.path} came damaged (${damage}) and was deleted; run the same command again.`)
}

async function writeReference(path: string, sha: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFileAtomic(path, sha)
}
