/** What is asked of the disk: the points at which a fault can be made. */
export type DiskOperation = 'open' | 'write' | 'sync' | 'rename'

const [kind, place] = (process.env.FINTUNE_DISK_FAULT ?? '').split('@')
let operations = 0
let done = false

/**
 * The crash test's faults, from FINTUNE_DISK_FAULT=KIND@N, counting this process's disk operations from 1:
 * `kill` dies by SIGKILL at the N-th; `full` refuses every write from the N-th on (ENOSPC); `io` fails the N-th (EIO);
 * `short` writes half of the first write at or after the N-th; `rename` fails the first rename at or after it.
 *
 * @returns true where a write is to be cut short
 * @throws an error with the system's code
 */
export function diskFault(operation: DiskOperation): boolean {
  if (!kind) return false
  operations++
  if (operations < Number(place)) return false
  if (kind === 'full' && (operation === 'write' || operation === 'open')) throw failure('ENOSPC')
  if (done) return false
  if (kind === 'short' && operation !== 'write') return false
  if (kind === 'rename' && operation !== 'rename') return false
  done = true
  if (kind === 'kill') process.kill(process.pid, 'SIGKILL')
  if (kind === 'io' || kind === 'rename') throw failure('EIO')
  return kind === 'short'
}

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: made by FINTUNE_DISK_FAULT`), { code })
}
