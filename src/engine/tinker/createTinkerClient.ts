import { setTimeout as sleep } from 'node:timers/promises'
import { createLimiter } from '../../lib/createLimiter.js'
import { formatDuration } from '../../lib/formatDuration.js'
import { InputError } from '../../lib/InputError.js'
import { retryDelayMs } from '../../lib/retryDelayMs.js'
import { EngineLostError } from '../EngineLostError.js'
import { httpExchange, type HttpAnswer } from './httpExchange.js'
import { HttpExchangeError } from './HttpExchangeError.js'
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

/** How the many numbers of training and sampling travel; everything else is JSON. */
export type WireFormat = 'json' | 'protobuf'

export interface TinkerClient {
  /** Protobuf where the server asks for it; asked once. */
  format(): Promise<WireFormat>
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
  | HttpAnswer
  | {
      readonly failure: string
      readonly status: number | null
      readonly kind: 'again' | 'away' | 'broken' | 'refused'
      readonly harmless: boolean
      readonly retryAfter: string | null
      readonly isTimeout?: boolean
      readonly cause?: unknown
    }

/** A server that keeps failing at one request will not change its mind: a NaN makes its future answer 500 for ever. */
const maxServerFailures = 5
const defaults = { requestTimeoutMs: 120_000, pollMs: 45_000, backoffMs: 500 }

/**
 * A client of a Tinker server's REST API: JSON, bounded requests in flight, back-off on 429 and while the server is away,
 * long polls that are broken off and begun again. A request that may have arrived is sent again only where that is safe.
 *
 * @throws InputError for what is no address; (every call) TinkerError; EngineLostError where the server lost the model or
 *   the future, or where it cannot be told whether a step was taken; the signal's reason
 */
export function createTinkerClient(options: TinkerClientOptions): TinkerClient {
  const { url, apiKey, patienceMs, requestTimeoutMs, pollMs, backoffMs } = { ...defaults, ...options }
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new InputError(`a Tinker server's address: found "${url}"; it is one like http://localhost:8000`)
  }
  const root = `${url.replace(/\/+$/, '')}/api/v1`
  const limit = createLimiter(options.maxInFlight)
  let away = false

  const key: Record<string, string> = apiKey === null ? {} : { 'x-api-key': apiKey }
  const hideKey = (text: string) => (apiKey === null ? text : text.replaceAll(apiKey, '…'))
  const exchange = httpExchange()

  async function attempt(endpoint: string, { body, ...send }: Sending, signal?: AbortSignal): Promise<Attempt> {
    const { timeoutMs = requestTimeoutMs, repeatable } = send
    const types: Record<string, string> = {
      ...(body && { 'content-type': body.type }),
      ...(send.accept && { accept: send.accept }),
    }
    const request = {
      url: new URL(`${root}/${endpoint}`),
      body: body?.content ?? null,
      headers: { ...types, ...key },
      timeoutMs,
      signal,
    }
    try {
      const answer = await exchange({ ...request, fresh: !repeatable }).catch((error: unknown) => {
        if (!repeatable || !(error instanceof HttpExchangeError) || !error.isStale || signal?.aborted) throw error
        return exchange({ ...request, fresh: true })
      })
      return answer.status < 300 ? answer : refusal(answer, hideKey(new TextDecoder().decode(answer.bytes)))
    } catch (error) {
      signal?.throwIfAborted()
      if (!(error instanceof HttpExchangeError)) throw error
      const { isTimeout, connected, message } = error
      const failure = isTimeout ? `no answer within ${formatDuration(timeoutMs)}` : hideKey(message)
      const cause = error.cause ?? error
      return { failure, status: null, kind: 'away', harmless: !connected, retryAfter: null, isTimeout, cause }
    }
  }

  /** Tries until there is an answer, a refusal, a doubt, or no patience left. */
  async function request(endpoint: string, sending: Sending, signal?: AbortSignal): Promise<HttpAnswer> {
    const { repeatable, onTimeout } = sending
    let firstFailure: number | null = null
    let serverFailures = 0
    for (let tries = 0; ; tries++) {
      signal?.throwIfAborted()
      const outcome: Attempt = await limit(() => attempt(endpoint, sending, signal))
      if ('bytes' in outcome) {
        if (away) options.say?.(`${url} answers again`)
        away = false
        return outcome
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

  const json = (endpoint: string, { bytes }: HttpAnswer): Json => {
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

  /** A future's result, in whichever form it came. */
  async function read(endpoint: string, answer: HttpAnswer): Promise<Json> {
    if (!answer.contentType.includes(protobufType)) return json(endpoint, answer)
    const { decodeResult } = await import('./decodeResult.js')
    try {
      return decodeResult(endpoint, answer.bytes)
    } catch (cause) {
      const found = `${answer.bytes.length} bytes that are not what it should be`
      throw new TinkerError(endpoint, 'failed', 200, `${url} ${endpoint}: found protobuf, ${found}`, { cause })
    }
  }

  let config: Promise<Json> | null = null

  /** What the server asks of its clients; a server that does not know the question asks for nothing. */
  function clientConfig(): Promise<Json> {
    const ask = async () => {
      try {
        const body = asJson({ sdk_version: 'fintune' })
        return json('client/config', await request('client/config', { body, repeatable: true }))
      } catch (error) {
        if (error instanceof TinkerError && error.failure !== 'unreachable') return {}
        config = null
        throw error
      }
    }
    return (config ??= ask())
  }

  /** Where and how a request is sent: training data as protobuf, where the server wants that. */
  async function asWanted(endpoint: string, body: Json): Promise<{ to: string; body: Body }> {
    const isBackward = endpoint === 'forward_backward'
    if (!isBackward && endpoint !== 'forward') return { to: endpoint, body: asJson(body) }
    const { proto_write_fwdbwd: wanted, fwd_via_fwdbwd: forwardToo } = await clientConfig()
    if (wanted !== true || (!isBackward && forwardToo !== true)) return { to: endpoint, body: asJson(body) }
    const { encodeTraining } = await import('./encodeTraining.js')
    return { to: 'forward_backward', body: { type: protobufType, content: encodeTraining(body) } }
  }

  const client: TinkerClient = {
    format: async () => ((await clientConfig())['proto_write_fwdbwd'] === true ? 'protobuf' : 'json'),
    get: async (endpoint, signal) => json(endpoint, await request(endpoint, { body: null, repeatable: true }, signal)),
    post: async (endpoint, body, { repeatable, signal }) =>
      json(endpoint, await request(endpoint, { body: asJson(body), repeatable }, signal)),
    async submit(endpoint, body, { repeatable, signal }) {
      const { to, body: sent } = await asWanted(endpoint, body)
      const { request_id: id } = json(endpoint, await request(to, { body: sent, repeatable }, signal))
      if (typeof id === 'string' && id !== '') return id
      throw new TinkerError(endpoint, 'failed', 200, `${url} ${endpoint}: the answer names no request_id`)
    },
    async retrieve(endpoint, requestId, signal) {
      const inProtobuf = comesInProtobuf.has(endpoint) && (await client.format()) === 'protobuf'
      const poll: Sending = {
        body: asJson({ request_id: requestId }),
        repeatable: true,
        ...(inProtobuf ? { accept: `${protobufType}, application/json` } : {}),
        timeoutMs: pollMs,
        onTimeout: ({ status, isTimeout }) => status === 408 || isTimeout === true,
      }
      for (;;) {
        const result = await read(endpoint, await request('retrieve_future', poll, signal))
        if (result['type'] === 'try_again') continue
        const failed = result['type'] === 'RequestFailedResponse' || typeof result['error_message'] === 'string'
        if (failed) throw refused(endpoint, 200, readFailure(JSON.stringify(result)))
        return result
      }
    },
    download: async (endpoint, signal) => (await request(endpoint, { body: null, repeatable: true }, signal)).bytes,
  }
  return client
}

const protobufType = 'application/x-protobuf'
const comesInProtobuf = new Set(['asample', 'forward', 'forward_backward'])

interface Body {
  readonly type: string
  readonly content: string | Uint8Array
}

const asJson = (body: Json): Body => ({ type: 'application/json', content: JSON.stringify(body) })

interface Sending {
  /** Null: GET. */
  readonly body: Body | null
  readonly repeatable: boolean
  readonly accept?: string
  readonly timeoutMs?: number
  /** True: this failure is a long poll that ended without news; it is begun again at once. */
  readonly onTimeout?: (failure: { status: number | null; isTimeout?: boolean }) => boolean
}

function refusal({ status, retryAfter }: HttpAnswer, body: string): Attempt {
  const failure = `HTTP ${status}${body.trim() === '' ? '' : `: ${readFailure(body)}`}`
  // 425: a checkpoint is still being written. 503: nobody took the request.
  if (status === 429 || status === 425) return { failure, status, kind: 'again', harmless: true, retryAfter }
  if (status === 503) return { failure, status, kind: 'away', harmless: true, retryAfter }
  if (status === 408 || status === 502 || status === 504)
    return { failure, status, kind: 'away', harmless: false, retryAfter }
  if (status >= 500) return { failure, status, kind: 'broken', harmless: false, retryAfter }
  return { failure: readFailure(body), status, kind: 'refused', harmless: false, retryAfter }
}

async function pause(delayMs: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(delayMs, undefined, { signal })
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}
