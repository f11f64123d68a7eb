import { Agent as HttpAgent, request as requestHttp, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { gunzipSync } from 'node:zlib'
import { HttpExchangeError } from './HttpExchangeError.js'

export interface HttpRequest {
  readonly url: URL
  /** Null: GET. */
  readonly body: string | Uint8Array | null
  readonly headers: Readonly<Record<string, string>>
  /** On a connection of its own: one that was idle may have been closed by the other side, which shows only when it is used. */
  readonly fresh: boolean
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

export interface HttpAnswer {
  readonly status: number
  readonly contentType: string
  readonly retryAfter: string | null
  readonly bytes: Uint8Array
}

const mostRedirects = 5
/** These may turn a POST into a GET, so only a GET follows them. */
const redirects = new Set([301, 302, 303])

/**
 * HTTP requests over connections that are kept. Not by fetch: that keeps a few hundred bytes of every request until its
 * signal is collected, a run's signal never is, and it does not say whether a request that failed was on an idle connection.
 *
 * @returns a function that resolves with the answer, whatever its status; it throws HttpExchangeError, or the signal's reason
 */
export function httpExchange(): (request: HttpRequest) => Promise<HttpAnswer> {
  const agents = {
    'http:': new HttpAgent({ keepAlive: true, maxSockets: Infinity }),
    'https:': new HttpsAgent({ keepAlive: true, maxSockets: Infinity }),
  }

  function once({
    url,
    body,
    headers,
    fresh,
    timeoutMs,
    signal,
  }: HttpRequest): Promise<IncomingMessage & { whole: Buffer }> {
    signal?.throwIfAborted()
    const isSecure = url.protocol === 'https:'
    const { promise, resolve, reject } = withResolvers<IncomingMessage & { whole: Buffer }>()
    const request = (isSecure ? requestHttps : requestHttp)(url, {
      method: body === null ? 'GET' : 'POST',
      headers: { 'accept-encoding': 'gzip', ...headers },
      agent: fresh ? false : agents[isSecure ? 'https:' : 'http:'],
    })
    let connected = false
    let answered = false
    const fail = (cause: unknown, isTimeout = false) => {
      const isStale = request.reusedSocket && !answered && !isTimeout
      reject(new HttpExchangeError(cause, { connected, isStale, isTimeout }))
      request.destroy()
    }
    const timer = setTimeout(() => fail(null, true), timeoutMs)
    const abort = () => fail(signal?.reason)
    signal?.addEventListener('abort', abort, { once: true })
    request.on('socket', (socket) => {
      connected = !socket.connecting
      if (socket.connecting) socket.once(isSecure ? 'secureConnect' : 'connect', () => (connected = true))
    })
    request.on('error', fail)
    request.on('response', (response) => {
      answered = true
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('error', fail)
      response.on('end', () => resolve(Object.assign(response, { whole: Buffer.concat(parts) })))
    })
    request.end(body ?? undefined)
    return promise.finally(() => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    })
  }

  return async function exchange(request) {
    let { url, headers } = request
    for (let hops = 0; ; hops++) {
      const { statusCode = 0, headers: found, whole } = await once({ ...request, url, headers })
      const isRedirect =
        statusCode === 307 || statusCode === 308 || (request.body === null && redirects.has(statusCode))
      if (isRedirect && found.location && hops < mostRedirects) {
        const next = new URL(found.location, url)
        // What is asked of a store elsewhere is none of its business whose key it is.
        if (next.origin !== url.origin) headers = {}
        url = next
        continue
      }
      return {
        status: statusCode,
        contentType: found['content-type'] ?? '',
        retryAfter: found['retry-after'] ?? null,
        bytes: found['content-encoding'] === 'gzip' ? gunzipSync(whole) : whole,
      }
    }
  }
}

function withResolvers<T>() {
  let resolve!: (value: T) => void
  let reject!: (reason: unknown) => void
  const promise = new Promise<T>((yes, no) => ([resolve, reject] = [yes, no]))
  return { promise, resolve, reject }
}
