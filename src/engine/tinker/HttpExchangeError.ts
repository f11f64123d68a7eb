/** No whole answer came to an HTTP request. */
export class HttpExchangeError extends Error {
  /** False: no connection was made, so nothing was sent. */
  readonly connected: boolean
  /** The connection had been idle and broke before a byte came back: the other side had most likely closed it before. */
  readonly isStale: boolean
  readonly isTimeout: boolean

  constructor(cause: unknown, about: { connected: boolean; isStale: boolean; isTimeout: boolean }) {
    const { message, code } = (cause ?? {}) as { message?: string; code?: string }
    const reason = (message || (code ?? String(cause))).replace(/\s+/g, ' ').trim()
    super(`the connection failed (${reason})`, { cause })
    this.name = 'HttpExchangeError'
    this.connected = about.connected
    this.isStale = about.isStale
    this.isTimeout = about.isTimeout
  }
}
