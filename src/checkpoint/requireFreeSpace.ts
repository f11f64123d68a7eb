import { statfs } from 'node:fs/promises'
import { FreeSpaceError } from './FreeSpaceError.js'

/** @throws FreeSpaceError where the directory's file system has less than `neededBytes` for us */
export async function requireFreeSpace(directory: string, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(directory)
  const freeBytes = bavail * bsize
  if (freeBytes < neededBytes) throw new FreeSpaceError(directory, neededBytes, freeBytes)
}
