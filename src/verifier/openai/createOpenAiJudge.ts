import { setTimeout as sleep } from 'node:timers/promises'
import { InputError } from '../../lib/InputError.js'
import type { Judge, JudgePair } from '../Judge.js'
import { judgePrompt, judgePromptVersion } from '../judgePrompt.js'
import type { Verdict } from '../Verdict.js'
import { createLimiter } from '../../lib/createLimiter.js'
import type { OpenAiJudgeOptions } from './OpenAiJudgeOptions.js'
import { parseBoxedVerdict } from './parseBoxedVerdict.js'
import { readLimited } from './readLimited.js'
import { retryDelayMs } from '../../lib/retryDelayMs.js'

const defaults = {
  timeoutMs: 30_000,
  maxRetries: 3,
  concurrency: 8,
  maxTokens: 1_024,
  maxResponseBytes: 1 << 20,
  backoffMs: 500,
}

/** What came of one try: a reply, or why not, and whether another try may help. */
type Attempt =
  | { readonly reply: string }
  | { readonly failure: string; readonly passing: boolean; readonly retryAfter: string | null }

/**
 * A judge behind any OpenAI-compatible chat endpoint (vLLM, SGLang, llama.cpp, Ollama, hosted).
 *
 * Every call has a time limit, passing failures (408, 429, 5xx, network) are tried again, the body is read up to a size,
 * and whatever still fails is `unknown` with the reason: never a verdict. The key goes into the header and nowhere else.
 *
 * @throws InputError when the variable named by apiKeyEnv is not set, or the URL is none
 */
export function createOpenAiJudge(given: OpenAiJudgeOptions): Judge {
  const options = { ...defaults, ...withoutUndefined(given) }
  const endpoint = endpointOf(options.url)
  const key = readKey(options.apiKeyEnv)
  const limit = createLimiter(options.concurrency)

  const attempt = async (pair: JudgePair, signal?: AbortSignal): Promise<Attempt> => {
    const timeout = AbortSignal.timeout(options.timeoutMs)
    try {
      const response = await fetch(endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(key === null ? {} : { authorization: `Bearer ${key}` }) },
        body: JSON.stringify({
          model: options.model,
          messages: judgePrompt(pair),
          temperature: 0,
          max_tokens: options.maxTokens,
        }),
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      })
      const body = await readLimited(response, options.maxResponseBytes)
      if (body === null) return lasting(`the response is longer than ${options.maxResponseBytes} bytes`)
      return response.ok ? readReply(body) : failedStatus(response, key === null ? body : body.replaceAll(key, '…'))
    } catch (error) {
      signal?.throwIfAborted()
      const failure = timeout.aborted ? `no answer within ${options.timeoutMs} ms` : networkReason(error)
      return { failure, passing: true, retryAfter: null }
    }
  }

  const ask = async (pair: JudgePair, signal?: AbortSignal): Promise<Verdict> => {
    for (let tries = 0; ; tries++) {
      signal?.throwIfAborted()
      const started = performance.now()
      const outcome = await attempt(pair, signal)
      if ('reply' in outcome) return verdictOf(outcome.reply, performance.now() - started)
      if (!outcome.passing || tries >= options.maxRetries) return unknown(outcome.failure, tries + 1)
      const jitter = { backoffMs: options.backoffMs, key: JSON.stringify(pair), now: Date.now() }
      await pause(retryDelayMs(outcome.retryAfter, tries, jitter), signal)
    }
  }

  return {
    version: `openai:${options.model}@${endpoint}#${judgePromptVersion}`,
    judge: (pairs, signal) => Promise.all(pairs.map((pair) => limit(() => ask(pair, signal)))),
    close: async () => undefined,
  }
}

/** Sleeps; an abort ends it with the signal's own reason. */
async function pause(delayMs: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(delayMs, undefined, { signal })
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}

function withoutUndefined(options: OpenAiJudgeOptions): OpenAiJudgeOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never
}

function endpointOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null
  if (parsed === null || !['http:', 'https:'].includes(parsed.protocol)) {
    throw new InputError(
      `verifier.model.url: found "${url}"; give the endpoint's base URL, e.g. http://localhost:8000/v1`,
    )
  }
  return `${url.replace(/\/+$/, '')}/chat/completions`
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

function lasting(failure: string): Attempt {
  return { failure, passing: false, retryAfter: null }
}

function readReply(body: string): Attempt {
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    return { failure: 'the response is not JSON', passing: true, retryAfter: null }
  }
  const choice = (parsed as { choices?: { message?: { content?: unknown }; finish_reason?: unknown }[] } | null)
    ?.choices?.[0]
  if (typeof choice?.message?.content !== 'string') return lasting('the response holds no choices[0].message.content')
  if (choice.finish_reason === 'length') return lasting('the judge was cut off before its verdict')
  return { reply: choice.message.content }
}

function failedStatus(response: Response, body: string): Attempt {
  const excerpt = body.slice(0, 200).trim()
  return {
    failure: `HTTP ${response.status}${excerpt === '' ? '' : `: ${excerpt}`}`,
    passing: response.status === 408 || response.status === 429 || response.status >= 500,
    retryAfter: response.headers.get('retry-after'),
  }
}

function networkReason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return `the connection failed (${cause instanceof Error ? cause.message : String(cause)})`
}

function verdictOf(reply: string, latencyMs: number): Verdict {
  const verdict = parseBoxedVerdict(reply)
  if (verdict === null) {
    return {
      verdict: 'unknown',
      reason: 'the judge gave no single \\boxed{0} or \\boxed{1}',
      decidedBy: 'model',
      latencyMs,
    }
  }
  return { verdict, reason: `the judge said ${verdict}`, decidedBy: 'model', latencyMs }
}

function unknown(failure: string, tries: number): Verdict {
  return {
    verdict: 'unknown',
    reason: `judge failed after ${tries} ${tries === 1 ? 'try' : 'tries'}: ${failure}`,
    decidedBy: 'model',
  }
}
