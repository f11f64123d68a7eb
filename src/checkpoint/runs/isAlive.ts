import { hostname } from 'node:os'
import { heartbeat } from '../heartbeat.js'
import type { RunStatus } from '../RunStatus.js'

/** Whether the process that run.json names is at work: asked of this machine's kernel, or told by the heartbeat from elsewhere. */
export function isAlive({ status, host, pid, updatedAt }: RunStatus, now: number): boolean {
  if (status !== 'running') return false
  if (host !== hostname()) return now - Date.parse(updatedAt) < heartbeat.lostAfterMs
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' // another user's
  }
}
