/** Who holds a run: the content of run.lock. */
export interface LockHolder {
  readonly schema: 'fintune.lock/1'
  readonly host: string
  readonly pid: number
  /** Tells a process from a later one of the same number: the machine's boot and the process's start in it. */
  readonly process: string | null
  /** ISO 8601, UTC. */
  readonly since: string
}
