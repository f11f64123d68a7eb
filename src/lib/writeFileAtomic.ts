import { open, rename, rm } from 'node:fs/promises'
import { dirname, basename, join } from 'node:path'
import { syncPath } from './syncPath.js'

/** Writes a file so that a reader sees the old one or the whole new one: temporary name, fsync, rename, fsync of the directory. */
export async function writeFileAtomic(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`)
  try {
    const file = await open(temporary, 'w')
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncPath(dirname(path))
}
