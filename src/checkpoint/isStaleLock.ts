import { stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { heartbeat } from './heartbeat.js'
import type { LockHolder } from './LockHolder.js'
import { processIdentity } from './processIdentity.js'

/**
 * Whether a lock's process on this host is gone (or its number belongs to a younger one), or another host's heartbeat has
 * been silent long.
 */
export async function isStaleLock(holder: LockHolder, runDirectory: string): Promise<boolean> {
  if (holder.host !== hostname()) return (await silenceMs(runDirectory)) > heartbeat.lostAfterMs
  const found = processIdentity(holder.pid)
  if (found !== null && holder.process !== null) return found !== holder.process
  try {
    process.kill(holder.pid, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

/** Milliseconds since the run's last heartbeat: run.json is written anew with every step and every few seconds. */
async function silenceMs(runDirectory: string): Promise<number> {
  const files = ['run.json', 'run.lock'].map((name) => join(runDirectory, name))
  const times = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    ),
  )
  return Date.now() - Math.max(...times)
}
