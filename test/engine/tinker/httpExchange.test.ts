import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { httpExchange } from '../../../src/engine/tinker/httpExchange.js'

test('what is aborted before it is sent is not sent', async () => {
  let requests = 0
  const server = createServer((_, response) => {
    requests++
    response.end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  const exchange = httpExchange()
  const ask = (signal?: AbortSignal) =>
    exchange({ url, body: '{}', headers: { connection: 'close' }, fresh: true, timeoutMs: 10_000, signal })
  const reason = new Error('the run was stopped')
  await expect(ask(AbortSignal.abort(reason))).rejects.toBe(reason)
  expect((await ask()).status).toBe(200)
  expect(requests).toBe(1)
  await new Promise((resolve) => server.close(resolve))
})
