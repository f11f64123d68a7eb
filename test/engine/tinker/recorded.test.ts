import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { EngineLostError } from '../../../src/engine/EngineLostError.js'
import { createTinkerClient, type Json } from '../../../src/engine/tinker/createTinkerClient.js'
import { TinkerError } from '../../../src/engine/tinker/TinkerError.js'
import { keyedRandom } from '../../../src/lib/keyedRandom.js'
import { packageRoot } from '../../../src/lib/packageRoot.js'

/** Exchanges with SkyRL 0.3.0 and SkyRL a956457 as they were recorded on 2026-11-22; long ones are left out. */
interface Exchange {
  readonly server: string
  readonly name: string
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly request: Json | null
  readonly status: number
  readonly response: Json
}
const recorded = JSON.parse(
  readFileSync(join(packageRoot(), 'test/golden/tinker/recorded.json'), 'utf8'),
) as readonly Exchange[]

const textOf = ({ response }: Exchange) =>
  '__not_json__' in response ? String(response['__not_json__']) : JSON.stringify(response)

/** Answers with one exchange after the other; before each come faults, up to two, drawn from the seed. */
async function replayServer(seed: number) {
  const random = keyedRandom('recorded', seed)
  let now: Exchange | null = null
  let faults: number[] = []
  const served = { faults: 0 }
  const server = createServer((request, response) => {
    void (async () => {
      for await (const _ of request); // the body is what was recorded
      const fault = faults.shift()
      if (fault === undefined) {
        const whole = request.method === now!.method && request.url === now!.path
        return response.writeHead(whole ? now!.status : 418, { 'content-type': 'application/json' }).end(textOf(now!))
      }
      served.faults++
      if (fault === 0) return request.socket.destroy()
      if (fault === 1) return response.writeHead(429, { 'retry-after': '0' }).end('{"detail": "slow down"}')
      if (fault === 2) return response.writeHead(503, { 'retry-after': '0' }).end('not JSON')
      if (fault === 3) return response.writeHead(502).end('<html>')
      await sleep(20)
      return response.writeHead(500).end('Internal Server Error')
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    served,
    next(exchange: Exchange) {
      now = exchange
      faults = Array.from({ length: random.integer(3) }, () => random.integer(5))
    },
  }
}

describe.each(['skyrl-0.3.0', 'skyrl-HEAD-a956457'])('%s', (name) => {
  test.each([1, 2])(
    'every recorded answer comes through faults as it is, every refusal as what it is (seed %i)',
    async (seed) => {
      const server = await replayServer(seed)
      const client = createTinkerClient({
        url: server.url,
        apiKey: null,
        maxInFlight: 4,
        patienceMs: 5_000,
        backoffMs: 1,
      })
      let refused = 0
      for (const exchange of recorded.filter(
        (one) => one.server === name && one.path.startsWith('/api/v1/') && one.method !== 'DELETE',
      )) {
        const endpoint = exchange.path.replace('/api/v1/', '')
        const what = `${exchange.name} ${exchange.status}`
        server.next(exchange)
        const body = exchange.request ?? {}
        const call =
          exchange.method === 'GET'
            ? endpoint.endsWith('/archive')
              ? client.download(endpoint).then((bytes) => ({ bytes: bytes.length > 0 }))
              : client.get(endpoint)
            : endpoint === 'retrieve_future'
              ? client.retrieve('forward', String(body['request_id']))
              : client.post(endpoint, body, { repeatable: true })
        const outcome = await call.catch((error: unknown) => error)
        if (exchange.status === 200) {
          expect(outcome, what).toEqual(endpoint.endsWith('/archive') ? { bytes: true } : JSON.parse(textOf(exchange)))
          continue
        }
        refused++
        const lost = /not loaded|Model not found|session not found|Future not found|expired/i.test(textOf(exchange))
        expect(outcome, what).toBeInstanceOf(lost ? EngineLostError : TinkerError)
        if (lost) continue
        expect([what, (outcome as TinkerError).failure]).toEqual([what, exchange.status >= 500 ? 'failed' : 'refused'])
        expect((outcome as TinkerError).message, what).toContain(String(exchange.status))
      }
      expect(refused).toBeGreaterThan(20)
      expect(server.served.faults).toBeGreaterThan(50)
    },
    30_000,
  )
})
