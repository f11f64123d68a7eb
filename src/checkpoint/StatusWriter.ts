import { heartbeat } from './heartbeat.js'
import type { RunDirectory } from './RunDirectory.js'
import type { RunStatus } from './RunStatus.js'

type Status = Omit<RunStatus, 'schema' | 'updatedAt' | 'host' | 'pid'>

/** Keeps run.json up to date while a process works on a run: every change at once, and a heartbeat in between. */
export class StatusWriter {
  readonly #run: RunDirectory
  readonly #timer: NodeJS.Timeout
  #status: Status
  #writing: Promise<void> = Promise.resolve()

  constructor(run: RunDirectory, status: Status) {
    this.#run = run
    this.#status = status
    // A beat that cannot be written is no news; the next change that cannot be says so.
    this.#timer = setInterval(() => void this.update({}).catch(() => {}), heartbeat.everyMs).unref()
  }

  /** Writes the status with these fields changed; writes happen one after the other. */
  update(change: Partial<Status>): Promise<void> {
    this.#status = { ...this.#status, ...change }
    const written = this.#writing.then(() => this.#run.writeStatus(this.#status))
    this.#writing = written.catch(() => {})
    return written
  }

  /** Ends the heartbeat, once a write under way is done. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#writing
  }
}
