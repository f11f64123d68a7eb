import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeLock } from '../decodeLock.js'
import { isStaleLock } from '../isStaleLock.js'

/** Whether somebody works on a run: its lock is held, by a process of this machine that is there or by one elsewhere that is heard of. */
export async function isAlive(runDirectory: string): Promise<boolean> {
  const text = await readFile(join(runDirectory, 'run.lock'), 'utf8').catch(() => null)
  const holder = text === null ? null : decodeLock(text)
  return holder !== null && !(await isStaleLock(holder, runDirectory))
}
