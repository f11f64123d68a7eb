/** Where work stands, for whoever watches. */
export interface ProgressLine {
  /** The state now; shown at once on a terminal, else at most every few seconds. */
  update(text: string): void
  /** A line that stays. */
  log(text: string): void
  /** Ends the live line, leaving its last state. Further calls do nothing. */
  close(): void
}

export interface ProgressOptions {
  /** Default stderr: stdout belongs to results. */
  readonly stream?: { write(text: string): unknown; isTTY?: boolean; columns?: number }
  /** True with --json: nothing is shown. */
  readonly silent?: boolean
  /** Milliseconds between plain lines where there is no terminal. */
  readonly everyMs?: number
  /** Milliseconds on a clock that only goes forward. */
  readonly now?: () => number
}

/** A line that rewrites itself on a terminal; plain lines, a few seconds apart, in a log file. */
export function progressLine(options: ProgressOptions = {}): ProgressLine {
  const { stream = process.stderr, silent = false, everyMs = 5_000, now = () => performance.now() } = options
  if (silent) return { update: () => {}, log: () => {}, close: () => {} }
  return stream.isTTY === true ? liveLine(stream) : plainLines(stream, everyMs, now)
}

type Stream = NonNullable<ProgressOptions['stream']>

const clear = '\r\u001b[K'

function liveLine(stream: Stream): ProgressLine {
  let shown = ''
  let closed = false
  const draw = () => stream.write(clear + [...shown].slice(0, (stream.columns ?? 80) - 1).join(''))
  return {
    update: (text) => {
      if (closed) return
      shown = text
      draw()
    },
    log: (text) => {
      if (closed) return
      stream.write(`${shown === '' ? '' : clear}${text}\n`)
      if (shown !== '') draw()
    },
    close: () => {
      if (!closed && shown !== '') stream.write('\n')
      closed = true
    },
  }
}

function plainLines(stream: Stream, everyMs: number, now: () => number): ProgressLine {
  let last = -Infinity
  let held = ''
  let closed = false
  const write = (text: string) => stream.write(`${text}\n`)
  return {
    update: (text) => {
      if (closed) return
      held = text
      if (now() - last < everyMs) return
      last = now()
      held = ''
      write(text)
    },
    log: (text) => {
      held = '' // older than this line
      if (!closed) write(text)
    },
    close: () => {
      if (!closed && held !== '') write(held)
      closed = true
    },
  }
}
