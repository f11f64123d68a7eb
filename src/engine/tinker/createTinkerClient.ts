import { setTimeout as sleep } from 'node:timers/promises'
import { createLimiter } from '../../lib/createLimiter.js'
import { formatDuration } from '../../lib/formatDuration.js'
import { retryDelayMs } from '../../lib/retryDelayMs.js'
import { EngineLostError } from '../EngineLostError.js'
import { readFailure } from './readFailure.js'
import { TinkerError } from './TinkerError.js'

export type Json = Readonly<Record<string, unknown>>

export interface TinkerClientOptions {
  /** The server's root; endpoints are below <url>/api/v1. */
  readonly url: string
  readonly apiKey: string | null
  /** Requests on their way at once, at most. */
  readonly maxInFlight: number
  /** How long a server may be away before a call gives up. */
  readonly patienceMs: number
  /** A request without an answer is given up (and, where that is safe, sent again) after this. */
  readonly requestTimeoutMs?: number
  /** A long poll is broken off and begun again after this; proxies often end them after a minute. */
  readonly pollMs?: number
  readonly backoffMs?: number
  /** Told once when a server does not answer, and once when it does again. */
  readonly say?: (message: string) => void
}

export interface CallOptions {
  /** Sending the request twice does no harm, so it may be sent again where it is not known whether it arrived. */
  readonly repeatable: boolean
  readonly signal?: AbortSignal
}

export interface TinkerClient {
  get(endpoint: string, signal?: AbortSignal): Promise<Json>
  post(endpoint: string, body: Json, options: CallOptions): Promise<Json>
  /** Sends what is answered by a future; resolves when the server has taken it in, with the future's id. */
  submit(endpoint: string, body: Json, options: CallOptions): Promise<string>
  /** A future's result. */
  retrieve(endpoint: string, requestId: string, signal?: AbortSignal): Promise<Json>
  download(endpoint: string, signal?: AbortSignal): Promise<Uint8Array>
}

/** What came of one try. `harmless`: the request did not reach the server's work, so it may be sent again in any case. */
type Attempt =
  | { readonly bytes: Uint8Array }
  | {
      readonly failure: string
      readonly status: number | null
      readonly kind: 'again' | 'away' | 'broken' | 'refused'
      readonly harmless: boolean
      readonly retryAfter: string | null
      readonly cause?: unknown
    }

/** A server that keeps failing at one request will not change its mind: a NaN makes its future answer 500 for ever. */
const maxServerFailures = 5
const defaults = { requestTimeoutMs: 120_000, pollMs: 45_000, backoffMs: 500 }
/** What no connection ever reached. */
const neverArrived = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'])

/**
 * A client of a Tinker server's REST API: JSON, bounded requests in flight, back-off on 429 and while the server is away,
 * long polls that are broken off and begun again. A request that may have arrived is sent again only where that is safe.
 *
 * @throws (every call) TinkerError; EngineLostError where the server lost the model or the future, or where it cannot be
 *   told whether a step was taken; the signal's reason
 */
export function createTinkerClient(options: TinkerClientOptions): TinkerClient {
  const { url, apiKey, patienceMs, requestTimeoutMs, pollMs, backoffMs } = { ...defaults, ...options }
  const root = `${url.replace(/\/+$/, '')}/api/v1`
  const limit = createLimiter(options.maxInFlight)
  let away = false

  const headers = { 'content-type': 'application/json', ...(apiKey === null ? {} : { 'x-api-key': apiKey }) }
  const hideKey = (text: string) => (apiKey === null ? text : text.replaceAll(apiKey, '…'))

  async function attempt(endpoint: string, body: string | null, timeoutMs: number, signal?: AbortSignal) {
    // Not AbortSignal.any and .timeout: the run's signal would hold something of every request until its end.
    const controller = new AbortController()
    const timedOut = new DOMException(`no answer within ${formatDuration(timeoutMs)}`, 'TimeoutError')
    const timer = setTimeout(() => controller.abort(timedOut), timeoutMs)
    const stop = () => controller.abort(signal?.reason)
    signal?.addEventListener('abort', stop, { once: true })
    if (signal?.aborted) stop()
    try {
      const response = await fetch(`${root}/${endpoint}`, {
        method: body === null ? 'GET' : 'POST',
        headers,
        body,
        signal: controller.signal,
      })
      const bytes = new Uint8Array(await response.arrayBuffer())
      return response.ok ? { bytes } : refusal(response, hideKey(new TextDecoder().decode(bytes)))
    } catch (error) {
      signal?.throwIfAborted()
      const reason = networkReason(error)
      const late = controller.signal.aborted
      const failure = late ? timedOut.message : hideKey(reason.text)
      const harmless = !late && neverArrived.has(reason.code)
      const cause = late ? timedOut : error
      return { failure, status: null, kind: 'away', harmless, retryAfter: null, cause } satisfies Attempt
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
    }
  }

  /** Tries until there is an answer, a refusal, a doubt, or no patience left. */
  async function request(
    endpoint: string,
    body: string | null,
    { repeatable, signal, timeoutMs = requestTimeoutMs, onTimeout }: CallOptions & PollOptions,
  ): Promise<Uint8Array> {
    let firstFailure: number | null = null
    let serverFailures = 0
    for (let tries = 0; ; tries++) {
      signal?.throwIfAborted()
      const outcome: Attempt = await limit(() => attempt(endpoint, body, timeoutMs, signal))
      if ('bytes' in outcome) {
        if (away) options.say?.(`${url} answers again`)
        away = false
        return outcome.bytes
      }
      if (onTimeout?.(outcome)) {
        firstFailure = null
        continue
      }
      const now = performance.now()
      firstFailure ??= now
      if (outcome.kind === 'broken') serverFailures++
      if (outcome.kind === 'refused') throw refused(endpoint, outcome.status, outcome.failure)
      if (!outcome.harmless && !repeatable) {
        throw new EngineLostError(
          `${url} ${endpoint}: ${outcome.failure}; it is not known whether the server took the request in`,
          { cause: outcome.cause },
        )
      }
      if (serverFailures >= maxServerFailures) throw broken(endpoint, outcome.status, outcome.failure)
      if (now - firstFailure >= patienceMs) throw unreachable(endpoint, outcome)
      if (outcome.kind === 'away' && !away) {
        away = true
        options.say?.(`${url} does not answer (${outcome.failure}); trying for ${formatDuration(patienceMs)}`)
      }
      const jitter = { backoffMs, key: `${endpoint} ${tries}`, now: Date.now() }
      await pause(Math.min(retryDelayMs(outcome.retryAfter, Math.min(tries, 6), jitter), patienceMs), signal)
    }
  }

  function unreachable(endpoint: string, { failure, status, cause }: Extract<Attempt, { failure: string }>) {
    return new TinkerError(
      endpoint,
      'unreachable',
      status,
      `${url} ${endpoint}: ${failure}, for ${formatDuration(patienceMs)} (engine.patienceMinutes). ` +
        'Start the server or mend the way to it, then go on with --resume=auto.',
      { cause },
    )
  }

  const refused = (endpoint: string, status: number | null, failure: string) =>
    /not loaded|model not found|session not found|sampling session not found|future not found|expired/i.test(failure)
      ? new EngineLostError(`${url} ${endpoint}: the server no longer has what this run left there (${failure})`)
      : new TinkerError(endpoint, 'refused', status, `${url} ${endpoint}: refused with HTTP ${status}: ${failure}`)

  const broken = (endpoint: string, status: number | null, failure: string) =>
    new TinkerError(
      endpoint,
      'failed',
      status,
      `${url} ${endpoint}: the server failed ${maxServerFailures} times over (${failure}). A NaN among its numbers does this ` +
        'to every model it holds, until it is started again; its own log has the cause. Then go on with --resume=auto.',
    )

  const json = (endpoint: string, bytes: Uint8Array): Json => {
    const text = new TextDecoder().decode(bytes)
    try {
      const value: unknown = JSON.parse(text)
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json
    } catch {
      // falls through: what is no JSON object is one failure, however it came about
    }
    throw new TinkerError(
      endpoint,
      'failed',
      200,
      `${url} ${endpoint}: the answer is no JSON object: ${text.slice(0, 80)}`,
    )
  }

  const client: TinkerClient = {
    get: async (endpoint, signal) => json(endpoint, await request(endpoint, null, { repeatable: true, signal })),
    post: async (endpoint, body, call) => json(endpoint, await request(endpoint, JSON.stringify(body), call)),
    async submit(endpoint, body, call) {
      const { request_id: id } = await client.post(endpoint, body, call)
      if (typeof id === 'string' && id !== '') return id
      throw new TinkerError(endpoint, 'failed', 200, `${url} ${endpoint}: the answer names no request_id`)
    },
    async retrieve(endpoint, requestId, signal) {
      const body = JSON.stringify({ request_id: requestId })
      const onTimeout = ({ status, cause }: { status: number | null; cause?: unknown }) =>
        status === 408 || (cause as Error | undefined)?.name === 'TimeoutError'
      for (;;) {
        const bytes = await request('retrieve_future', body, { repeatable: true, signal, timeoutMs: pollMs, onTimeout })
        const result = json(endpoint, bytes)
        if (result['type'] === 'try_again') continue
        const failed = result['type'] === 'RequestFailedResponse' || typeof result['error_message'] === 'string'
        if (failed) throw refused(endpoint, 200, readFailure(JSON.stringify(result)))
        return result
      }
    },
    download: (endpoint, signal) => request(endpoint, null, { repeatable: true, signal }),
  }
  return client
}

interface PollOptions {
  readonly timeoutMs?: number
  /** True: this failure is a long poll that ended without news; it is begun again at once. */
  readonly onTimeout?: (failure: { status: number | null; cause?: unknown }) => boolean
}

function refusal(response: Response, body: string): Attempt {
  const { status } = response
  const failure = `HTTP ${status}${body.trim() === '' ? '' : `: ${readFailure(body)}`}`
  const retryAfter = response.headers.get('retry-after')
  // 425: a checkpoint is still being written. 503: nobody took the request.
  if (status === 429 || status === 425) return { failure, status, kind: 'again', harmless: true, retryAfter }
  if (status === 503) return { failure, status, kind: 'away', harmless: true, retryAfter }
  if (status === 408 || status === 502 || status === 504)
    return { failure, status, kind: 'away', harmless: false, retryAfter }
  if (status >= 500) return { failure, status, kind: 'broken', harmless: false, retryAfter }
  return { failure: readFailure(body), status, kind: 'refused', harmless: false, retryAfter }
}

function networkReason(error: unknown): { text: string; code: string } {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const code = String((cause as { code?: unknown } | null)?.code ?? '')
  const text = cause instanceof Error ? cause.message || code : String(cause)
  return { text: `the connection failed (${text})`, code }
}

async function pause(delayMs: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(delayMs, undefined, { signal })
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}
