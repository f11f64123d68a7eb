import { closeSync, fsyncSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { mkdir, open, rename, type FileHandle } from 'node:fs/promises'
import { diskFault } from './diskFault.js'
import { DiskError } from './DiskError.js'

/**
 * The one place that writes: what the disk refuses becomes a DiskError with the file's name, and the crash test makes
 * its faults here.
 */
export const disk = {
  /** Opens a file for writing, empty. */
  create: (path: string): Promise<FileHandle> =>
    guarded(path, async () => {
      diskFault('open')
      return open(path, 'w')
    }),

  /** Writes all of a chunk: a write may come out short. */
  write: (file: FileHandle, path: string, chunk: Uint8Array): Promise<void> =>
    guarded(path, async () => {
      for (let written = 0; written < chunk.length;) {
        const short = diskFault('write')
        const length = short ? Math.ceil((chunk.length - written) / 2) : chunk.length - written
        written += (await file.write(chunk, written, length)).bytesWritten
      }
    }),

  sync: (file: FileHandle, path: string): Promise<void> =>
    guarded(path, async () => {
      diskFault('sync')
      await file.sync()
    }),

  /** fsync of what lies at a path: a directory's, so that a rename in it survives a crash of the machine. */
  syncPath: (path: string): Promise<void> =>
    guarded(path, async () => {
      diskFault('sync')
      const handle = await open(path, 'r')
      try {
        await handle.sync()
      } finally {
        await handle.close()
      }
    }),

  rename: (from: string, to: string): Promise<void> =>
    guarded(to, async () => {
      diskFault('rename')
      await rename(from, to)
    }),

  makeDirectory: (path: string): Promise<void> =>
    guarded(path, async () => {
      await mkdir(path, { recursive: true })
    }),

  /** Opens a file to append to it. */
  openAppend: (path: string): number => guardedSync(path, () => openSync(path, 'a')),

  /**
   * Appends text with one write (or, where that came out short, as few as possible), then fsync. What was appended only
   * in part is cut off again, so that a reader never meets half a line in the middle.
   */
  append: (file: number, path: string, text: string): void =>
    guardedSync(path, () => {
      const bytes = Buffer.from(text)
      const { size } = fstatSync(file)
      try {
        for (let written = 0; written < bytes.length;) {
          const short = diskFault('write')
          const length = short ? Math.ceil((bytes.length - written) / 2) : bytes.length - written
          written += writeSync(file, bytes, written, length)
        }
        diskFault('sync')
        fsyncSync(file)
      } catch (error) {
        ftruncateSync(file, size)
        throw error
      }
    }),

  /** Cuts a file off. */
  truncate: (path: string, length: number): void =>
    guardedSync(path, () => {
      const file = openSync(path, 'r+')
      try {
        ftruncateSync(file, length)
        fsyncSync(file)
      } finally {
        closeSync(file)
      }
    }),
}

async function guarded<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw new DiskError(path, error)
  }
}

function guardedSync<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw new DiskError(path, error)
  }
}
