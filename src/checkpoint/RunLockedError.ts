import { InputError } from '../lib/InputError.js'
import type { LockHolder } from './LockHolder.js'

/** Another process works on this run. */
export class RunLockedError extends InputError {
  constructor(
    readonly lockPath: string,
    readonly holder: LockHolder,
    lostAfterMs: number,
  ) {
    const { host, pid, since } = holder
    super(
      `another process works on this run: ${pid} on ${host}, since ${since} (${lockPath}). Three ways out:\n` +
        '  wait until it is done\n' +
        `  stop it, checkpointed    kill -TERM ${pid}    (on ${host})\n` +
        '  run beside it            --run-dir OTHER\n' +
        `A holder on this host that is gone is recognised; one on another host counts as lost ${lostAfterMs / 60_000} minutes ` +
        'after its last heartbeat in run.json.',
    )
  }
}
