import { writeChunksAtomic } from '../../lib/writeChunksAtomic.js'
import { encodeFloats } from './encodeFloats.js'
import { DTYPE_BYTES, type FloatDtype } from './TensorEntry.js'

/** A tensor to write; `values` is asked for when its turn comes, so that no second copy of a model is held. */
export interface TensorToWrite {
  readonly name: string
  readonly shape: readonly number[]
  readonly values: () => Float32Array | Promise<Float32Array>
}

const CHUNK_ELEMENTS = 1 << 22

/**
 * Writes float tensors as one safetensors file: whole or not at all (temporary name, fsync, rename), and the same bytes
 * for the same input: tensors by name, the header as the reference implementation spaces it.
 *
 * @param dtype    F32 keeps the bits; BF16 and F16 round to nearest even
 * @param metadata strings for `__metadata__`; Transformers wants format: pt
 */
export async function writeSafetensors(
  file: string,
  tensors: readonly TensorToWrite[],
  { dtype = 'F32', metadata = { format: 'pt' } }: { dtype?: FloatDtype; metadata?: Record<string, string> } = {},
): Promise<void> {
  const ordered = [...tensors].sort((x, y) => (x.name < y.name ? -1 : 1))
  await writeChunksAtomic(file, chunks(ordered, dtype, metadata))
}

async function* chunks(tensors: readonly TensorToWrite[], dtype: FloatDtype, metadata: Record<string, string>) {
  yield header(tensors, dtype, metadata)
  for (const { name, shape, values } of tensors) {
    const data = await values()
    if (data.length !== elements(shape))
      throw new Error(`${name}: ${data.length} values for shape [${shape.join(', ')}]`)
    for (let at = 0; at < data.length; at += CHUNK_ELEMENTS)
      yield encodeFloats(data.subarray(at, at + CHUNK_ELEMENTS), dtype)
  }
}

/** Length in 8 little-endian bytes, then JSON filled up with spaces so that the data begins at a multiple of 8. */
function header(tensors: readonly TensorToWrite[], dtype: FloatDtype, metadata: Record<string, string>): Uint8Array {
  const entries = Object.keys(metadata).length > 0 ? [`"__metadata__":${JSON.stringify(sorted(metadata))}`] : []
  let end = 0
  for (const { name, shape } of tensors) {
    const begin = end
    end += elements(shape) * DTYPE_BYTES[dtype]
    entries.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [begin, end] })}`)
  }
  const json = Buffer.from(`{${entries.join(',')}}`)
  const padded = Math.ceil(json.length / 8) * 8
  const bytes = Buffer.alloc(8 + padded, ' ')
  bytes.writeBigUInt64LE(BigInt(padded))
  json.copy(bytes, 8)
  return bytes
}

function sorted(metadata: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).sort(([x], [y]) => (x < y ? -1 : 1)))
}

function elements(shape: readonly number[]): number {
  return shape.reduce((size, n) => size * n, 1)
}
