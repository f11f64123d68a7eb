import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLimiter } from '../../lib/createLimiter.js'
import { InputError } from '../../lib/InputError.js'
import { retryDelayMs } from '../../lib/retryDelayMs.js'
import type { ChatModel, ChatOutcome, ChatQuestion } from '../chat/ChatModel.js'
import { connectionFailure } from './connectionFailure.js'
import { createCircuitBreaker } from './createCircuitBreaker.js'
import { createRateGate } from './createRateGate.js'
import type { OpenAiChatOptions } from './OpenAiChatOptions.js'
import { postJson, type Posted } from './postJson.js'
import { type Attempt, readReply } from './readReply.js'

const defaults = {
  timeoutMs: 30_000,
  totalTimeoutMs: 120_000,
  maxRetries: 3,
  concurrency: 8,
  maxTokens: 1_024,
  temperature: 0,
  logprobs: true,
  maxResponseBytes: 4 << 20,
  backoffMs: 500,
  requestsPerMinute: null as number | null,
  breaker: { failures: 10, cooldownMs: 2_000 },
}

/** The likeliest tokens asked for with each: both digits of a verdict are nearly always among them. */
const topLogprobs = 5

/**
 * Any OpenAI-compatible chat endpoint (vLLM, SGLang, llama.cpp, Ollama, hosted), as something that may fail.
 *
 * So many calls in flight over kept-alive connections, below a rate; each with a time limit, and another over all its
 * tries. Passing failures (408, 429, 5xx, garbage, network) are tried again with jittered pauses, Retry-After is heeded
 * by all calls together, a breaker keeps calls from an endpoint that is down. The body is read up to a size. What still
 * fails is an outcome with its reason, never a reply. The key goes into the header and nowhere else.
 *
 * @throws InputError when the variable named by apiKeyEnv is not set, or the URL is none
 */
export function createOpenAiChat(given: OpenAiChatOptions): ChatModel {
  const options = { ...defaults, ...withoutUndefined(given) }
  const endpoint = endpointOf(options.url)
  const key = readKey(options.apiKeyEnv)
  const limit = createLimiter(options.concurrency)
  const gate = createRateGate(options.requestsPerMinute, Date.now)
  const breaker = createCircuitBreaker({ ...options.breaker, giveUpMs: options.totalTimeoutMs, now: Date.now })
  const agentOptions = { keepAlive: true, maxSockets: options.concurrency }
  // Said outright, so that NODE_TLS_REJECT_UNAUTHORIZED=0 of some other program does not send the key to anybody.
  const tls = { rejectUnauthorized: true }
  const agent =
    endpoint.protocol === 'https:' ? new HttpsAgent({ ...agentOptions, ...tls }) : new HttpAgent(agentOptions)
  let asksLogprobs = options.logprobs

  const bodyOf = ({ messages, vote }: ChatQuestion): string =>
    JSON.stringify({
      model: options.model,
      messages,
      temperature: options.temperature,
      max_tokens: options.maxTokens,
      ...(options.temperature > 0 ? { seed: vote } : {}),
      ...(asksLogprobs ? { logprobs: true, top_logprobs: topLogprobs } : {}),
    })

  const delayMs = ({ messages, vote }: ChatQuestion, tries: number, retryAfter: string | null = null): number =>
    retryDelayMs(retryAfter, tries, {
      backoffMs: options.backoffMs,
      key: JSON.stringify([messages.at(-1)?.content, vote]),
      now: Date.now(),
    })

  async function attempt(question: ChatQuestion, timeoutMs: number, signal?: AbortSignal): Promise<Attempt> {
    let posted: Posted
    const withLogprobs = asksLogprobs
    try {
      const headers: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` }
      const { maxResponseBytes } = options
      posted = await postJson(endpoint, { agent, headers, body: bodyOf(question), timeoutMs, maxResponseBytes, signal })
    } catch (error) {
      if (signal?.aborted) breaker.left()
      signal?.throwIfAborted()
      const outcome = connectionFailure(error as Error)
      breaker.failed(outcome.failure)
      return outcome
    }
    const { status, headers, body } = posted
    if (status === 400 && withLogprobs && body !== null && /logprob/i.test(body)) {
      asksLogprobs = false
      breaker.succeeded()
      return attempt(question, timeoutMs, signal)
    }
    const outcome = readReply(posted, options.maxResponseBytes, key)
    const passing = 'failure' in outcome && outcome.passing
    const asked = headers['retry-after']
    if (passing && asked !== undefined) gate.pause(delayMs(question, 0, asked))
    // A 429 is an endpoint that works and says no; what is wrong for good says nothing of the next call.
    if (passing && status !== 429) breaker.failed(outcome.failure)
    else breaker.succeeded()
    return outcome
  }

  /** Waits for its turn; the reason where it will not come in time. */
  async function turn(deadline: number, signal?: AbortSignal): Promise<string | null> {
    const late = `no answer within ${options.totalTimeoutMs} ms, pauses included`
    for (;;) {
      const passage = breaker.enter()
      if ('failure' in passage) return passage.failure
      const waitMs = 'go' in passage ? gate.reserve() : passage.waitMs
      if (Date.now() + waitMs > deadline) {
        if ('go' in passage) breaker.left()
        return 'go' in passage ? late : `${late}; ${passage.reason}`
      }
      if (waitMs > 0) await pause(waitMs, signal, () => 'go' in passage && breaker.left())
      if ('go' in passage) return null
    }
  }

  async function ask(question: ChatQuestion, signal?: AbortSignal): Promise<ChatOutcome> {
    const deadline = Date.now() + options.totalTimeoutMs
    let failure = ''
    for (let tries = 0; ; tries++) {
      signal?.throwIfAborted()
      const late = await turn(deadline, signal)
      if (late !== null) return failed(failure === '' ? late : `${late}; ${failure}`, tries)
      const started = performance.now()
      const outcome = await attempt(question, Math.min(options.timeoutMs, deadline - Date.now()), signal)
      if ('reply' in outcome) return { reply: outcome.reply, latencyMs: performance.now() - started }
      ;({ failure } = outcome)
      if (!outcome.passing || tries >= options.maxRetries) return failed(failure, tries + 1)
      await pause(Math.max(0, Math.min(delayMs(question, tries), deadline - Date.now())), signal)
    }
  }

  return {
    version: versionOf(options, endpoint),
    ask: (questions, { signal, onOutcome } = {}) =>
      Promise.all(
        questions.map((question, i) =>
          limit(async () => {
            const outcome = await ask(question, signal)
            onOutcome?.(i, outcome)
            return outcome
          }),
        ),
      ),
    close: async () => agent.destroy(),
  }
}

/** Sleeps; an abort ends it with the signal's own reason. */
async function pause(delayMs: number, signal?: AbortSignal, onAbort: () => void = () => undefined): Promise<void> {
  try {
    await sleep(delayMs, undefined, { signal })
  } catch (error) {
    onAbort()
    signal?.throwIfAborted()
    throw error
  }
}

function versionOf({ model, maxTokens, temperature }: typeof defaults & OpenAiChatOptions, endpoint: URL): string {
  const plain = maxTokens === defaults.maxTokens && temperature === defaults.temperature
  return `openai:${model}@${endpoint.href}${plain ? '' : `(${maxTokens},${temperature})`}`
}

function withoutUndefined(options: OpenAiChatOptions): OpenAiChatOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never
}

function endpointOf(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : null
  const remedy = "give the endpoint's base URL, e.g. http://localhost:8000/v1"
  if (parsed === null || !['http:', 'https:'].includes(parsed.protocol)) {
    throw new InputError(`verifier.model.url: found "${url}"; ${remedy}`)
  }
  if (parsed.username !== '' || parsed.password !== '') {
    throw new InputError(
      `verifier.model.url: holds a name or password; name the key's variable in apiKeyEnv, and ${remedy}`,
    )
  }
  return new URL(`${url.replace(/\/+$/, '')}/chat/completions`)
}

function readKey(name: string | undefined): string | null {
  if (name === undefined) return null
  const key = process.env[name]
  if (key === undefined || key === '') {
    throw new InputError(
      `verifier.model.apiKeyEnv: the environment variable ${name} is not set. Set it to the endpoint's key:  export ${name}=…`,
    )
  }
  return key
}

function failed(failure: string, tries: number): ChatOutcome {
  return { failure: `judge failed after ${tries} ${tries === 1 ? 'try' : 'tries'}: ${failure}` }
}
