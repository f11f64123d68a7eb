import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { DiskError } from '../lib/DiskError.js'
import { decodeLock } from './decodeLock.js'
import { heartbeat } from './heartbeat.js'
import { isStaleLock } from './isStaleLock.js'
import type { LockHolder } from './LockHolder.js'
import { processIdentity } from './processIdentity.js'
import { RunLockedError } from './RunLockedError.js'

/** Two processes may find the same stale lock; after so many rounds one of them gives up. */
const rounds = 5

/**
 * Takes run.lock of an existing run directory: one process holds a run. A lock is stale, and taken over, when its process
 * on this host is gone (or its number belongs to a younger one), or when another host's heartbeat has been silent long.
 *
 * @returns gives the lock back
 * @throws RunLockedError while somebody else holds it
 */
export async function acquireRunLock(
  runDirectory: string,
  warn: (message: string) => void,
): Promise<() => Promise<void>> {
  const path = join(runDirectory, 'run.lock')
  const mine: LockHolder = {
    schema: 'fintune.lock/1',
    host: hostname(),
    pid: process.pid,
    process: processIdentity(process.pid),
    since: new Date().toISOString(),
  }
  const text = `${JSON.stringify(mine)}\n`
  const temporary = join(runDirectory, `.run.lock.${process.pid}.tmp`)
  await writeFile(temporary, text).catch((error: unknown) => {
    throw new DiskError(path, error)
  })
  try {
    for (let round = 0; ; round++) {
      if (await linked(temporary, path)) break
      const held = await readFile(path, 'utf8').catch(() => null)
      if (held === null) continue // given back just now
      const holder = decodeLock(held)
      if (round >= rounds || (holder && !(await isStaleLock(holder, runDirectory)))) {
        throw new RunLockedError(path, holder ?? mine, heartbeat.lostAfterMs)
      }
      if (await takenAway(path, held)) {
        const { pid, host } = holder ?? { pid: '?', host: '?' }
        warn(`process ${pid} on ${host} held this run and is gone; going on in its place`)
      }
    }
  } finally {
    await rm(temporary, { force: true })
  }
  return async () => {
    if ((await readFile(path, 'utf8').catch(() => null)) === text) await rm(path, { force: true })
  }
}

/** A hard link is made or refused in one step, and the file is whole from its first instant. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw new DiskError(to, error)
  }
}

/** Removes the lock only if it is still the one that was read: another process may have been faster. */
async function takenAway(path: string, held: string): Promise<boolean> {
  const aside = `${path}.${process.pid}.tmp`
  if (!(await rename(path, aside).then(...yesOrNo))) return false
  if ((await readFile(aside, 'utf8')) !== held) {
    await link(aside, path).catch(() => {})
    await rm(aside, { force: true })
    return false
  }
  await rm(aside, { force: true })
  return true
}

const yesOrNo = [() => true, () => false] as const
