import { Agent, request } from 'node:http'
import { describe, expect, test } from 'vitest'
import { createCircuitBreaker } from '../../../src/verifier/openai/createCircuitBreaker.js'
import { createOpenAiChat } from '../../../src/verifier/openai/createOpenAiChat.js'
import { createRateGate } from '../../../src/verifier/openai/createRateGate.js'
import { withJudgeServer } from './judgeServer.js'

const question = (i: number) => ({ messages: [{ role: 'user' as const, content: `${i}` }], vote: 0 })
const ask = (count: number) => Array.from({ length: count }, (_, i) => question(i))

describe('the breaker', () => {
  function breaker() {
    const clock = { now: 0 }
    const made = createCircuitBreaker({ failures: 3, cooldownMs: 100, giveUpMs: 1000, now: () => clock.now })
    return { clock, ...made }
  }

  test('opens after failures in a row, lets one probe, closes on its success', () => {
    const { clock, enter, failed, succeeded } = breaker()
    failed('HTTP 500')
    failed('HTTP 500')
    succeeded()
    failed('HTTP 500')
    failed('HTTP 500')
    expect(enter()).toEqual({ go: true })
    failed('HTTP 500')
    expect(enter()).toMatchObject({ waitMs: 100 })
    clock.now = 100
    expect(enter()).toEqual({ go: true })
    expect(enter()).toHaveProperty('waitMs') // one at a time
    succeeded()
    expect([enter(), enter()]).toEqual([{ go: true }, { go: true }])
  })

  test('waits longer after each failed probe, and at last fails at once with the last error', () => {
    const { clock, enter, failed } = breaker()
    for (const reason of ['a', 'b', 'c']) failed(reason)
    clock.now = 100
    enter()
    failed('still down')
    expect(enter()).toMatchObject({ waitMs: 200 })
    clock.now = 1101
    expect(enter()).toEqual({ go: true }) // a probe goes even now
    expect(enter()).toEqual({ failure: 'the endpoint failed 4 times in a row, the last: still down' })
  })
})

test('a rate is kept evenly, and a pause that the endpoint asks for holds everybody', () => {
  const clock = { now: 0 }
  const gate = createRateGate(600, () => clock.now) // one each 100 ms
  expect([gate.reserve(), gate.reserve(), gate.reserve()]).toEqual([0, 100, 200])
  clock.now = 500
  expect(gate.reserve()).toBe(0)
  gate.pause(2000)
  expect([gate.reserve(), gate.reserve()]).toEqual([2000, 2100])
})

test('an endpoint that is down is not hammered; every call ends with the reason', async () => {
  await withJudgeServer(
    () => ({ status: 500, body: 'out of memory' }),
    async (url, requests) => {
      const chat = createOpenAiChat({ url, model: 'judge', concurrency: 8, maxRetries: 3, backoffMs: 1, totalTimeoutMs: 1500, breaker: { failures: 5, cooldownMs: 100 } }) // prettier-ignore
      const outcomes = await chat.ask(ask(60))
      expect(outcomes.every((outcome) => 'failure' in outcome && outcome.failure.includes('out of memory'))).toBe(true)
      expect(requests.length).toBeLessThan(60)
      await chat.close()
    },
  )
})

test('64 calls in flight over kept-alive connections reach 0.9 of 64 ÷ latency', async () => {
  const latencyMs = 50
  const count = 64 * 6
  await withJudgeServer(
    () => ({ reply: '\\boxed{1}', delayMs: latencyMs }),
    async (url) => {
      const chat = createOpenAiChat({ url, model: 'judge', concurrency: 64, logprobs: false })
      const shares: number[] = []
      for (let round = 0; round < 12 && Math.max(...shares) <= 0.9; round++) {
        const bare = await bareRate(`${url}/chat/completions`, count)
        const started = performance.now()
        const outcomes = await chat.ask(ask(count))
        const rate = count / ((performance.now() - started) / 1000)
        // Where the machine is too busy for 64 ÷ latency, what a plain client just reached is the measure; how busy it is
        // changes from round to round, what this client takes does not.
        shares.push(rate / Math.min(64 / (latencyMs / 1000), bare))
        expect(outcomes.every(({ reply }) => reply !== undefined)).toBe(true)
      }
      expect(Math.max(...shares)).toBeGreaterThan(0.9)
      await chat.close()
    },
  )
})

/** Calls a second of 64 loops over kept-alive connections that do nothing else. */
async function bareRate(url: string, count: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const body = JSON.stringify({ model: 'judge', messages: [{ role: 'user', content: 'x'.repeat(200) }] })
  const call = () =>
    new Promise<void>((resolve, reject) => {
      const sending = request(url, { method: 'POST', agent }, (response) => response.resume().on('end', resolve))
      sending.on('error', reject).end(body)
    })
  const started = performance.now()
  await Promise.all(
    Array.from({ length: 64 }, async () => {
      for (let i = 0; i < count / 64; i++) await call()
    }),
  )
  agent.destroy()
  return count / ((performance.now() - started) / 1000)
}

test('a redirect is not followed: the key belongs to one address', async () => {
  process.env.JUDGE_KEY = 'secret-key-2'
  await withJudgeServer(
    () => ({ status: 307, headers: { location: 'http://127.0.0.1:1/v1' } }),
    async (url, requests) => {
      const chat = createOpenAiChat({ url, model: 'judge', apiKeyEnv: 'JUDGE_KEY' })
      const [outcome] = await chat.ask(ask(1))
      expect(outcome).toMatchObject({ failure: 'judge failed after 1 try: HTTP 307' })
      expect(requests.length).toBe(1)
      await chat.close()
    },
  )
  delete process.env.JUDGE_KEY
})
