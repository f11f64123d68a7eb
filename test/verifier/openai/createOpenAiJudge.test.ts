import { afterEach, describe, expect, test } from 'vitest'
import { createChatJudge } from '../../../src/verifier/chat/createChatJudge.js'
import { loadJudgePrompt } from '../../../src/verifier/chat/loadJudgePrompt.js'
import { parseBoxedVerdict } from '../../../src/verifier/chat/parseBoxedVerdict.js'
import { createOpenAiChat } from '../../../src/verifier/openai/createOpenAiChat.js'
import { retryDelayMs } from '../../../src/lib/retryDelayMs.js'
import { type JudgeAnswer, withJudgeServer } from './judgeServer.js'

const pair = { gold: 'revenue grew', answer: 'sales rose' }
const quick = { model: 'judge', backoffMs: 1, timeoutMs: 300 }
const prompt = await loadJudgePrompt({})
const createOpenAiJudge = (options: Parameters<typeof createOpenAiChat>[0]) =>
  createChatJudge(createOpenAiChat(options), prompt)
const yes: JudgeAnswer = { reply: 'The same.\n\\boxed{1}' }

afterEach(() => {
  delete process.env.JUDGE_KEY
})

describe('a healthy judge', () => {
  test('says 1 or 0; the question is not sent, the answers are fenced', async () => {
    await withJudgeServer(
      ({ body }) => ({ reply: body.messages[1].content.includes('fell') ? '\\boxed{0}' : '\\boxed{1}' }),
      async (url, requests) => {
        const judge = createOpenAiJudge({ ...quick, url: `${url}/` })
        const verdicts = await judge.judge([pair, { ...pair, answer: 'sales fell' }])
        expect(verdicts.map(({ verdict, decidedBy }) => [verdict, decidedBy])).toEqual([
          ['equivalent', 'model'],
          ['different', 'model'],
        ])
        expect(verdicts[0].latencyMs).toBeGreaterThan(0)
        expect(requests[0].path).toBe('/v1/chat/completions')
        expect(requests[0].body).toMatchObject({ model: 'judge', temperature: 0 })
        const [mark] = /\[given answer [0-9a-f]{16}\]/.exec(requests[0].body.messages[1].content) ?? []
        expect(requests[0].body.messages[1].content).toContain(`${mark}\nsales rose\n[end of given answer`)
      },
    )
  })

  test('gets the key from the environment, and nobody else does', async () => {
    process.env.JUDGE_KEY = 'secret-key-1'
    await withJudgeServer(
      ({ index }) => (index === 0 ? yes : { status: 401, body: 'bad key: secret-key-1' }),
      async (url, requests) => {
        const judge = createOpenAiJudge({ ...quick, url, apiKeyEnv: 'JUDGE_KEY' })
        const verdicts = [...(await judge.judge([pair])), ...(await judge.judge([pair]))]
        expect(requests[0].headers.authorization).toBe('Bearer secret-key-1')
        expect(verdicts.map(({ verdict }) => verdict)).toEqual(['equivalent', 'unknown'])
        expect(verdicts[1].reason).toContain('HTTP 401')
        expect(JSON.stringify([verdicts, judge.version])).not.toContain('secret-key-1')
      },
    )
  })

  test('is asked no more than `concurrency` times at once', async () => {
    let running = 0
    let most = 0
    await withJudgeServer(
      () => ({
        raw: (response) => {
          most = Math.max(most, ++running)
          setTimeout(() => {
            running--
            response.end(JSON.stringify({ choices: [{ message: { content: '\\boxed{1}' }, finish_reason: 'stop' }] }))
          }, 10)
        },
      }),
      async (url) => {
        const judge = createOpenAiJudge({ ...quick, timeoutMs: 5000, url, concurrency: 4 })
        const verdicts = await judge.judge(Array.from({ length: 30 }, (_, i) => ({ gold: `${i}`, answer: 'x' })))
        expect(verdicts.every(({ verdict }) => verdict === 'equivalent')).toBe(true)
        expect(most).toBe(4)
      },
    )
  })
})

describe('a judge that fails for a while is asked again', () => {
  const failures: [string, JudgeAnswer][] = [
    ['429', { status: 429 }],
    ['500', { status: 500, body: 'oops' }],
    ['503 with Retry-After', { status: 503, headers: { 'retry-after': '0' } }],
    ['garbage', { status: 200, body: '<html>busy</html>' }],
    ['a dropped connection', { raw: (response) => response.destroy() }],
    [
      'half a body',
      {
        raw: (response) =>
          void response.writeHead(200, { 'content-length': '100' }).write('{"choices"', () => response.destroy()),
      },
    ],
    ['silence', { raw: () => undefined }],
    ['half a body, then silence', { raw: (response) => void response.writeHead(200).write('{"choices"') }],
  ]
  test.each(failures)('%s, twice, then a verdict', async (_, failure) => {
    await withJudgeServer(
      ({ index }) => (index < 2 ? failure : yes),
      async (url, requests) => {
        const [verdict] = await createOpenAiJudge({ ...quick, url }).judge([pair])
        expect(verdict.verdict).toBe('equivalent')
        expect(requests.length).toBe(3)
      },
    )
  })

  test.each(failures)('%s for ever is unknown, with the reason', async (_, failure) => {
    await withJudgeServer(
      () => failure,
      async (url, requests) => {
        const [verdict] = await createOpenAiJudge({ ...quick, url, maxRetries: 1, timeoutMs: 200 }).judge([pair])
        expect(verdict).toMatchObject({ verdict: 'unknown', decidedBy: 'model' })
        expect(verdict.reason).toMatch(
          /^judge failed after 2 tries: (HTTP|no answer within|the connection failed|the response is not)/,
        )
        expect(requests.length).toBe(2)
      },
    )
  })

  test('a port where nobody listens is unknown too', async () => {
    let closed = ''
    await withJudgeServer(
      () => yes,
      async (url) => void (closed = url),
    )
    const [verdict] = await createOpenAiJudge({ ...quick, url: closed, maxRetries: 0 }).judge([pair])
    expect(verdict.reason).toContain('ECONNREFUSED')
  })
})

describe('what asking again cannot mend is unknown at once', () => {
  test.each<[string, JudgeAnswer, RegExp]>([
    ['an endless body', { raw: endless }, /longer than 1000 bytes/],
    ['a refusal', { reply: 'I cannot compare these.' }, /no single/],
    ['a cut-off reply', { reply: '\\boxed{1}', finishReason: 'length' }, /cut off/],
    ['no choices', { status: 200, body: '{"choices": []}' }, /no choices/i],
    ['null', { status: 200, body: 'null' }, /no choices/i],
    ['404', { status: 404, body: 'no such model' }, /HTTP 404: no such model/],
  ])('%s', async (_, answer, reason) => {
    await withJudgeServer(
      () => answer,
      async (url, requests) => {
        const [verdict] = await createOpenAiJudge({ ...quick, url, maxResponseBytes: 1000 }).judge([pair])
        expect(verdict.verdict).toBe('unknown')
        expect(verdict.reason).toMatch(reason)
        expect(requests.length).toBe(1)
      },
    )
  })
})

test('an abort ends calls and pauses with its own reason', async () => {
  await withJudgeServer(
    () => ({ status: 500, headers: { 'retry-after': '30' } }),
    async (url) => {
      const stop = new AbortController()
      const judging = createOpenAiJudge({ ...quick, url }).judge([pair], { signal: stop.signal })
      setTimeout(() => stop.abort(new Error('stopped by a signal')), 50)
      await expect(judging).rejects.toThrow('stopped by a signal')
    },
  )
})

test('a missing key and a URL that is none are found before the first call', () => {
  expect(() => createOpenAiJudge({ ...quick, url: 'http://localhost/v1', apiKeyEnv: 'JUDGE_KEY' })).toThrow(
    /JUDGE_KEY is not set/,
  )
  expect(() => createOpenAiJudge({ ...quick, url: 'localhost:8000' })).toThrow(/base URL/)
})

test.each([
  ['\\boxed{1}', 'equivalent'],
  ['So \\boxed{ 0 }.', 'different'],
  ['\\boxed{1}\n\\boxed{1}', 'equivalent'],
  ['<think>first \\boxed{0}, no</think>\\boxed{1}', 'equivalent'],
  ['\\boxed{0} or \\boxed{1}', null],
  ['\\boxed{yes}', null],
  ['\\boxed{10}', null],
  ['\\boxed{}', null],
  ['\\boxed{1', null],
  ['\\boxed{{1}}', null],
  ['boxed{1}', null],
  ['1', null],
  ['They are equal.', null],
  ['', null],
])('the reply %j is read as %j', (reply, verdict) => expect(parseBoxedVerdict(reply)).toBe(verdict))

test('a pause is what Retry-After asks, else doubles with jitter between half and whole', () => {
  const options = { backoffMs: 100, key: 'k', now: Date.parse('2026-01-01T00:00:00Z') }
  expect(retryDelayMs('7', 0, options)).toBe(7000)
  expect(retryDelayMs('Thu, 01 Jan 2026 00:00:05 GMT', 0, options)).toBe(5000)
  expect(retryDelayMs('86400', 0, options)).toBe(60_000)
  for (const attempt of [0, 1, 2, 3]) {
    const delay = retryDelayMs(null, attempt, options)
    expect(delay).toBeGreaterThanOrEqual(50 * 2 ** attempt)
    expect(delay).toBeLessThanOrEqual(100 * 2 ** attempt)
    expect(retryDelayMs('soon', attempt, options)).toBe(delay)
  }
})

function endless(response: import('node:http').ServerResponse): void {
  response.writeHead(200)
  const timer = setInterval(() => response.write(' '.repeat(500)), 1)
  response.on('close', () => clearInterval(timer))
}
