import type { LockHolder } from './LockHolder.js'

/** Who holds a run, from run.lock's text; null where it says nobody. */
export function decodeLock(text: string): LockHolder | null {
  try {
    const holder = JSON.parse(text) as LockHolder
    return typeof holder.pid === 'number' && typeof holder.host === 'string' ? holder : null
  } catch {
    return null
  }
}
