import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startServer } from './startServer.js'

let server: Awaited<ReturnType<typeof startServer>>
beforeAll(async () => void (server = await startServer()))
afterAll(() => server.close())

const prompt = 'gold: 5\nanswer: five\nverdict:'

async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) }
}

/** What the engine itself samples for this prompt, all completions' texts. */
async function sampled(text: string, { n = 1, seed = 0, maxTokens = 8, temperature = 1 } = {}) {
  const { engine, tokenizer } = server
  const [completions] = await engine.sample([{ tokens: tokenizer.encode(text), key: ['sample', 0] }], {
    ...{ numGenerations: n, maxTokens, temperature, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1 },
    ...{ stop: [], stopTokenIds: [], seed },
  })
  return completions.map(({ tokens, logprobs }) => ({ text: tokenizer.decode(tokens), tokens, logprobs }))
}

describe('plain completions', () => {
  test('are what the engine samples by this seed, log p to the last bit', async () => {
    const { status, body } = await post('/completions', {
      ...{ model: 'tiny', prompt, seed: 4, n: 3, max_tokens: 8, logprobs: 2, ignore_eos: true },
    })
    const expected = await sampled(prompt, { n: 3, seed: 4 })
    expect(status).toBe(200)
    expect(body).toMatchObject({ object: 'text_completion', model: 'tiny' })
    expect(body.choices.map((choice: { text: string }) => choice.text)).toEqual(expected.map(({ text }) => text))
    expect(body.choices[1].logprobs.token_logprobs).toEqual(expected[1].logprobs)
    expect(body.choices[1].finish_reason).toBe('length')
    const tokens = server.tokenizer.encode(prompt).length
    expect(body.usage).toEqual({ prompt_tokens: tokens, completion_tokens: 24, total_tokens: tokens + 24 })
    for (const [i, likeliest] of body.choices[1].logprobs.top_logprobs.entries()) {
      const best = Math.max(...(Object.values(likeliest) as number[]))
      expect(best).toBeGreaterThanOrEqual(body.choices[1].logprobs.token_logprobs[i])
    }
  })

  test('take text or token ids, one prompt or several', async () => {
    const ids = server.tokenizer.encode(prompt)
    const ask = async (given: unknown) => {
      const { body } = await post('/completions', { prompt: given, temperature: 0, max_tokens: 4, ignore_eos: true })
      return body.choices.map((choice: { text: string }) => choice.text)
    }
    const [text] = await ask(prompt)
    expect(await ask(ids)).toEqual([text])
    expect(await ask([prompt, prompt])).toEqual([text, text])
    expect(await ask([ids, server.tokenizer.encode('gold: 6')])).toEqual([text, expect.any(String)])
  })

  test('end before a stop string', async () => {
    const [{ text }] = await sampled(prompt, { seed: 1, maxTokens: 40 })
    const stop = text.slice(6, 9)
    const { body } = await post('/completions', { prompt, seed: 1, max_tokens: 40, stop, ignore_eos: true })
    expect(body.choices[0]).toMatchObject({ text: text.slice(0, text.indexOf(stop)), finish_reason: 'stop' })
    expect(body.usage.completion_tokens).toBeLessThan(40)
  })
})

test('nobody’s completion depends on who else is served, or on when they came', async () => {
  const ask = (i: number) =>
    post('/completions', { prompt: `${prompt} ${i}`, seed: i, temperature: 0.5 + i / 10, max_tokens: 12 + (i % 5), n: 1 + (i % 3), ignore_eos: true }) // prettier-ignore
  const together = await Promise.all(Array.from({ length: 12 }, (_, i) => ask(i)))
  for (const i of [0, 5, 11]) {
    const alone = await ask(i)
    const texts = ({ body }: typeof alone) => body.choices.map(({ text }: { text: string }) => text)
    expect(texts(together[i])).toEqual(texts(alone))
    const maxTokens = 12 + (i % 5)
    const expected = await sampled(`${prompt} ${i}`, { n: 1 + (i % 3), seed: i, temperature: 0.5 + i / 10, maxTokens })
    expect(texts(alone)).toEqual(expected.map(({ text }) => text))
  }
})

describe('what cannot be served is said', () => {
  const body = { prompt, max_tokens: 2 }
  test.each<[string, unknown, number, RegExp]>([
    ['no JSON', '{"prompt"', 400, /not JSON/],
    ['no prompt', { max_tokens: 2 }, 400, /^prompt/],
    ['an odd temperature', { ...body, temperature: 'hot' }, 400, /^temperature/],
    [
      'a penalty we lack',
      { ...body, presence_penalty: 1 },
      400,
      /presence_penalty: presence penalties are not offered/,
    ],
    ['a token that is none', { prompt: [999_999] }, 400, /found token 999999/],
    ['an empty prompt', { prompt: '' }, 400, /is empty/],
    ['a prompt past the context', { prompt: 'so '.repeat(700) }, 400, /leaves no room/],
    ['too many completions', { ...body, n: 17 }, 400, /17 completions/],
    ['a body too large', { prompt: 'x'.repeat(21_000) }, 413, /larger than 20000 bytes/],
  ])('%s', async (_, given, status, message) => {
    const answer = await post('/completions', given)
    expect(answer.status).toBe(status)
    expect(answer.body.error).toMatchObject({ message: expect.stringMatching(message), type: 'invalid_request_error' })
  })

  test('a body too large that does not say so', async () => {
    const status = await new Promise((resolve, reject) => {
      const sending = httpRequest(`${server.url}/completions`, { method: 'POST' }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
      sending.on('error', reject)
      sending.write('x'.repeat(15_000))
      sending.end('x'.repeat(15_000))
    })
    expect(status).toBe(413)
  })

  test('other paths and methods', async () => {
    expect((await post('/embeddings', {})).status).toBe(404)
    expect((await post('/models', {})).status).toBe(405)
    expect((await fetch(`${server.url}/models/`)).status).toBe(200)
  })
})

test('health says what is in the making; a client that leaves frees its place', async () => {
  const health = async () =>
    (await (await fetch(server.url.replace('/v1', '/health'))).json()) as { completions: number }
  const leaving = new AbortController()
  const streaming = await fetch(`${server.url}/completions`, {
    method: 'POST',
    body: JSON.stringify({ prompt, n: 4, max_tokens: 200, stream: true, ignore_eos: true }),
    signal: leaving.signal,
  })
  expect(await health()).toMatchObject({ status: 'ok', model: 'tiny', completions: 4 })
  leaving.abort()
  await expect(streaming.text()).rejects.toThrow()
  await expect.poll(async () => (await health()).completions).toBe(0)
})

test('a full server says 429 and when to come again; the key is asked for', async () => {
  const guarded = await startServer({ maxSequences: 4 }, 'secret')
  try {
    const ask = (headers: Record<string, string>) =>
      fetch(`${guarded.url}/completions`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ prompt, n: 3, max_tokens: 60, ignore_eos: true }),
      })
    const answers = await Promise.all([1, 2, 3].map(() => ask({ authorization: 'Bearer secret' })))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 429, 429])
    expect(answers.find(({ status }) => status === 429)?.headers.get('retry-after')).toBe('1')
    expect((await ask({})).status).toBe(401)
    expect((await ask({ authorization: 'Bearer secrets' })).status).toBe(401)
    expect((await fetch(`${guarded.url}/models`)).status).toBe(401)
    expect((await fetch(guarded.url.replace('/v1', '/health'))).status).toBe(200)
  } finally {
    await guarded.close()
  }
})
