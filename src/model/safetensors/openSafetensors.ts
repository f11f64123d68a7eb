import { open, type FileHandle } from 'node:fs/promises'
import { ModelFileError } from '../ModelFileError.js'
import { parseSafetensorsHeader, type SafetensorsHeader } from './parseSafetensorsHeader.js'

/** The format's own limit on a header. */
const MAX_HEADER_BYTES = 100_000_000

/** Opens one safetensors file and reads its header; the caller closes the handle. */
export async function openSafetensors(file: string): Promise<SafetensorsHeader & { handle: FileHandle }> {
  const handle = await openFile(file)
  try {
    const { size } = await handle.stat()
    const headerBytes = await readHeaderLength(handle, file, size)
    const text = (await readExactly(handle, file, 8, headerBytes)).toString('utf8')
    return { handle, ...parseSafetensorsHeader(text, { file, dataStart: 8 + headerBytes, fileBytes: size }) }
  } catch (error) {
    await handle.close()
    throw error
  }
}

async function openFile(file: string): Promise<FileHandle> {
  try {
    const handle = await open(file, 'r')
    if ((await handle.stat()).isFile()) return handle
    await handle.close()
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    throw new ModelFileError(file, [code === 'ENOENT' ? 'there is no such file.' : `it cannot be read (${code}).`], {
      cause,
    })
  }
  throw new ModelFileError(file, ['it is not a file.'])
}

async function readHeaderLength(handle: FileHandle, file: string, size: number): Promise<number> {
  if (size < 8)
    throw new ModelFileError(file, [`found ${size} bytes; a safetensors file begins with an 8-byte header length.`])
  const length = (await readExactly(handle, file, 0, 8)).readBigUInt64LE()
  const limit = Math.min(MAX_HEADER_BYTES, size - 8)
  if (length > BigInt(limit))
    throw new ModelFileError(file, [
      `its header is said to be ${length} bytes long, at most ${limit} are possible: cut short, or not a safetensors file.`,
    ])
  return Number(length)
}

async function readExactly(handle: FileHandle, file: string, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  const { bytesRead } = await handle.read(buffer, 0, length, position)
  if (bytesRead !== length) throw new ModelFileError(file, [`it ends at byte ${position + bytesRead}: cut short.`])
  return buffer
}
