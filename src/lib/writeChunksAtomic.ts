import { rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { disk } from './disk.js'

/**
 * Writes a file so that a reader sees the old one or the whole new one: temporary name, fsync, rename, fsync of the
 * directory. Chunks are written as they come, so the content may be larger than memory.
 *
 * @throws DiskError where the disk refuses; the old file is then as it was
 */
export async function writeChunksAtomic(
  path: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`)
  try {
    const file = await disk.create(temporary)
    try {
      for await (const chunk of chunks) await disk.write(file, path, chunk)
      await disk.sync(file, path)
    } finally {
      await file.close()
    }
    await disk.rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await disk.syncPath(dirname(path))
}
