import { StopRequested } from '../launch/StopRequested.js'

const controller = new AbortController()

/**
 * Aborted by the first SIGINT, SIGTERM or SIGUSR1 of a command that ends in good order (`run`, `quickstart`, `sweep`, `serve`); its reason is StopRequested.
 * A second SIGINT ends the process at once, as if nobody had listened.
 *
 * The handlers are installed as this module loads, before any other: until SIGUSR1 has one, Node opens its inspector.
 */
export const stopSignal: AbortSignal = controller.signal

const [, , word] = process.argv
if (['run', 'quickstart', 'sweep', 'serve'].includes(word)) {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGUSR1'] as const) process.on(name, () => stop(name))
}

function stop(name: NodeJS.Signals): void {
  if (!controller.signal.aborted) {
    const again = name === 'SIGINT' ? ' (Ctrl-C again leaves at once)' : ''
    const doing =
      word === 'serve'
        ? 'answering what was asked, then leaving'
        : 'dropping the step in flight and writing a checkpoint'
    process.stderr.write(`\n${name}: ${doing}${again}\n`)
    controller.abort(new StopRequested(name))
  } else if (name === 'SIGINT') {
    process.removeAllListeners('SIGINT')
    process.kill(process.pid, 'SIGINT')
  }
}
