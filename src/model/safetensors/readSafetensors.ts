import { zeroFloats } from '../../ops/zeroFloats.js'
import type { FileHandle } from 'node:fs/promises'
import { stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ModelFileError } from '../ModelFileError.js'
import { readJsonObject } from '../readJsonObject.js'
import { decodeFloats } from './decodeFloats.js'
import { openSafetensors } from './openSafetensors.js'
import { DTYPE_BYTES, FLOAT_DTYPES, type FloatDtype, type TensorEntry } from './TensorEntry.js'

/** Tensors of one safetensors file or of a sharded set, read one by one. */
export interface SafetensorsReader {
  /** The file, or the index of the shards. */
  readonly file: string
  readonly tensors: ReadonlyMap<string, TensorEntry>
  /** `__metadata__` of the file (of the first shard). */
  readonly metadata: Readonly<Record<string, string>>
  /**
   * A tensor's values in float32 (BF16 and F16 convert exactly).
   * @throws ModelFileError when there is no such tensor or it isn't F32, BF16 or F16
   */
  read(name: string): Promise<Float32Array>
  close(): Promise<void>
}

const CHUNK_BYTES = 1 << 24

/**
 * Opens `path`: a .safetensors file, a …safetensors.index.json of shards, or a directory with model.safetensors or
 * model.safetensors.index.json (the first wins, as in Transformers). Headers are checked at once, tensors on reading.
 *
 * @throws ModelFileError naming the file and every problem of its header
 */
export async function readSafetensors(path: string): Promise<SafetensorsReader> {
  const file = await findFile(path)
  const handles = new Map<string, FileHandle>()
  const close = async () => {
    for (const handle of handles.values()) await handle.close()
    handles.clear()
  }
  try {
    const opened = file.endsWith('.index.json') ? await openShards(file, handles) : await openSingle(file, handles)
    return { file, ...opened, close, read: (name) => readTensor(name, file, opened.tensors, handles) }
  } catch (error) {
    await close()
    throw error
  }
}

async function findFile(path: string): Promise<string> {
  const isDirectory = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (!isDirectory) return path
  const candidates = ['model.safetensors', 'model.safetensors.index.json'].map((name) => join(path, name))
  for (const candidate of candidates) if (await stat(candidate).catch(() => null)) return candidate
  const pickled = await stat(join(path, 'pytorch_model.bin')).catch(() => null)
  throw new ModelFileError(path, [
    'found neither model.safetensors nor model.safetensors.index.json' +
      (pickled ? '; pytorch_model.bin is not read: save the model with safe_serialization=True in Transformers.' : '.'),
  ])
}

async function openSingle(file: string, handles: Map<string, FileHandle>) {
  const { handle, tensors, metadata } = await openSafetensors(file)
  handles.set(file, handle)
  return { tensors: new Map(tensors.map((entry) => [entry.name, entry])), metadata }
}

/** The index's weight_map says which shard holds which tensor; what it names must be there. */
async function openShards(index: string, handles: Map<string, FileHandle>) {
  const weightMap = await readWeightMap(index)
  const found = new Map<string, TensorEntry>()
  let metadata: Readonly<Record<string, string>> = {}
  for (const shard of [...new Set(weightMap.values())].sort()) {
    const opened = await openSingle(join(dirname(index), shard), handles)
    if (found.size === 0) metadata = opened.metadata
    for (const entry of opened.tensors.values()) if (weightMap.get(entry.name) === shard) found.set(entry.name, entry)
  }
  const missing = [...weightMap].filter(([name]) => !found.has(name))
  if (missing.length > 0)
    throw new ModelFileError(
      index,
      missing.map(
        ([name, shard]) => `tensor ${JSON.stringify(name)}: it should be in ${shard}, which does not have it.`,
      ),
    )
  return { tensors: found, metadata }
}

async function readWeightMap(index: string): Promise<Map<string, string>> {
  const { weight_map: map } = await readJsonObject(index, 'It lists which shard holds which tensor.')
  if (typeof map !== 'object' || map === null || Array.isArray(map))
    throw new ModelFileError(index, [
      `weight_map: found ${JSON.stringify(map)}; it must map tensor names to file names.`,
    ])
  const entries = Object.entries(map as Record<string, unknown>)
  const problems = entries
    .filter(([, shard]) => typeof shard !== 'string' || basename(shard) !== shard || !shard.endsWith('.safetensors'))
    .map(
      ([name, shard]) =>
        `weight_map.${name}: found ${JSON.stringify(shard)}; it must be a .safetensors file beside the index.`,
    )
  if (problems.length > 0) throw new ModelFileError(index, problems)
  return new Map(entries as [string, string][])
}

async function readTensor(
  name: string,
  file: string,
  tensors: ReadonlyMap<string, TensorEntry>,
  handles: ReadonlyMap<string, FileHandle>,
): Promise<Float32Array> {
  const entry = tensors.get(name)
  if (!entry) throw new ModelFileError(file, [`tensor ${JSON.stringify(name)}: it is not there.`])
  const handle = handles.get(entry.file)
  if (!handle) throw new Error(`${entry.file} was closed before ${name} was read`)
  if (!FLOAT_DTYPES.includes(entry.dtype as FloatDtype))
    throw new ModelFileError(entry.file, [
      `tensor ${JSON.stringify(name)}: found dtype ${entry.dtype}; ${FLOAT_DTYPES.join(', ')} can be read.`,
    ])
  return readFloats(handle, entry)
}

/** Converts chunk by chunk, so that a large tensor's bytes are never in memory beside its values. */
async function readFloats(handle: FileHandle, entry: TensorEntry): Promise<Float32Array> {
  const dtype = entry.dtype as FloatDtype
  const bytes = DTYPE_BYTES[dtype]
  const values = zeroFloats((entry.end - entry.begin) / bytes)
  const buffer = new Uint8Array(Math.min(CHUNK_BYTES, entry.end - entry.begin))
  for (let at = entry.begin; at < entry.end;) {
    const chunk = buffer.subarray(0, Math.min(buffer.length, entry.end - at))
    await fill(handle, chunk, at, entry)
    const first = (at - entry.begin) / bytes
    decodeFloats(chunk, dtype, values.subarray(first, first + chunk.length / bytes))
    at += chunk.length
  }
  return values
}

async function fill(handle: FileHandle, chunk: Uint8Array, position: number, entry: TensorEntry): Promise<void> {
  for (let filled = 0; filled < chunk.length;) {
    const { bytesRead } = await handle.read(chunk, filled, chunk.length - filled, position + filled)
    if (bytesRead === 0)
      throw new ModelFileError(entry.file, [
        `tensor ${JSON.stringify(entry.name)}: the file became shorter while it was read.`,
      ])
    filled += bytesRead
  }
}
