import type { ChildProcess } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fintune, type Outcome } from '../helpers/fintune.js'
import { servedDirectory } from './startServer.js'

// The official client, at a server of its own process: what people will do.
const found = await import('openai' as string).catch(() => null)

let child: ChildProcess
let ended: Promise<Outcome>
let url: string
// eslint-disable-next-line @typescript-eslint/no-explicit-any
let client: any

beforeAll(async () => {
  url = await new Promise<string>((resolve, reject) => {
    ended = fintune(
      ['serve', servedDirectory, '--name', 'tiny', '--port', '0', '--api-key-env', 'SERVE_KEY', '--json', '--threads', '1'], // prettier-ignore
      {
        env: { SERVE_KEY: 'secret' },
        onStart: (started) => {
          child = started
          let text = ''
          started.stdout?.on('data', (part: Buffer) => {
            text += String(part)
            if (text.endsWith('}\n')) resolve(JSON.parse(text).url)
          })
        },
      },
    )
    void ended.then(({ stderr }) => reject(new Error(stderr)))
  })
  client = found && new found.default({ baseURL: url, apiKey: 'secret', maxRetries: 0 })
})

const messages = [{ role: 'user', content: 'What is 2 + 2?' }]
const params = { model: 'tiny', messages, seed: 3, max_tokens: 24, ignore_eos: true }

describe.skipIf(found === null)(
  `the official client${found === null ? ' (skipped: npm package openai is absent)' : ''}`,
  () => {
    test('lists the model and chats', async () => {
      const { data } = await client.models.list()
      expect(data).toMatchObject([{ id: 'tiny', object: 'model' }])
      const answer = await client.chat.completions.create({ ...params, n: 2, logprobs: true, top_logprobs: 3 })
      expect(answer.choices).toMatchObject([0, 1].map((index) => ({ index, message: { role: 'assistant' }, finish_reason: 'length' }))) // prettier-ignore
      expect(answer.usage.completion_tokens).toBe(48)
      const { content } = answer.choices[0].logprobs
      expect(content.length).toBe(24)
      expect(content[0].top_logprobs.length).toBe(3)
      expect(content[0].top_logprobs[0].logprob).toBeGreaterThanOrEqual(content[0].logprob)
    })

    test('streams the same text as it gives whole, with the usage at the end', async () => {
      const whole = await client.chat.completions.create(params)
      const stream = await client.chat.completions.create({ ...params, stream: true, stream_options: { include_usage: true } }) // prettier-ignore
      let text = ''
      let chunks = 0
      let usage
      const reasons = []
      for await (const chunk of stream) {
        chunks++
        usage = chunk.usage ?? usage
        text += chunk.choices[0]?.delta.content ?? ''
        if (chunk.choices[0]?.finish_reason) reasons.push(chunk.choices[0].finish_reason)
      }
      expect(text).toBe(whole.choices[0].message.content)
      expect(chunks).toBeGreaterThan(10)
      expect(usage).toEqual(whole.usage)
      expect(reasons).toEqual(['length'])
    })

    test('completes a prompt, streaming too', async () => {
      const asked = { model: 'tiny', prompt: 'gold: 5', seed: 1, max_tokens: 12, ignore_eos: true }
      const whole = await client.completions.create({ ...asked, logprobs: 1 })
      let text = ''
      for await (const chunk of await client.completions.create({ ...asked, stream: true }))
        text += chunk.choices[0].text
      expect(text).toBe(whole.choices[0].text)
      expect(whole.choices[0].logprobs.tokens.length).toBe(12)
    })

    test('gets errors it knows', async () => {
      const stranger = new found.default({ baseURL: url, apiKey: 'guess', maxRetries: 0 })
      await expect(stranger.models.list()).rejects.toThrow(found.default.AuthenticationError)
      await expect(client.chat.completions.create({ ...params, messages: [] })).rejects.toMatchObject({
        status: 400,
        param: 'messages',
      })
    })
  },
)

test('a signal: what was asked is answered to its end, nothing new is taken, exit code 0; the key is never told', async () => {
  const headers = { authorization: 'Bearer secret' }
  const streaming = await fetch(`${url}/completions`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ prompt: 'gold: 5', max_tokens: 150, stream: true, ignore_eos: true }),
  })
  child.kill('SIGTERM')
  const text = await streaming.text()
  expect(text.match(/"text"/g)?.length).toBeGreaterThan(100)
  expect(text.trimEnd().endsWith('data: [DONE]')).toBe(true)
  const { code, stdout, stderr } = await ended
  expect(code).toBe(0)
  await expect(fetch(`${url}/models`, { headers })).rejects.toThrow()
  expect(stdout + stderr).not.toContain('secret')
  expect(stderr).toContain('POST /v1/completions 200')
})

afterAll(() => void child.kill('SIGKILL'))
