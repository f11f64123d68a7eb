import { setImmediate } from 'node:timers/promises'

/** A signal waits no longer than this for a loop to let it in. */
const holdMs = 30

let since = 0

/**
 * Lets signals, timers and the progress line in where work has held this thread for a while. Long loops call it once a
 * turn; it costs a microtask.
 *
 * @throws the signal's reason once it is aborted
 */
export async function breathe(signal?: AbortSignal): Promise<void> {
  if (performance.now() - since < holdMs) return
  await setImmediate()
  since = performance.now()
  signal?.throwIfAborted()
}
