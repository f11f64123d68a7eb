import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Json } from '../../../src/engine/tinker/createTinkerClient.js'
import { decodeResult } from '../../../src/engine/tinker/decodeResult.js'
import { encodeTraining } from '../../../src/engine/tinker/encodeTraining.js'
import { packageRoot } from '../../../src/lib/packageRoot.js'

/** Requests as Tinker's own SDK (0.24.1) serialises them; results of its messages, and one that SkyRL a956457 sent. */
const golden = JSON.parse(readFileSync(join(packageRoot(), 'test/golden/tinker/protobuf.json'), 'utf8')) as {
  readonly requests: readonly { readonly body: Json; readonly bytes: string }[]
  readonly results: readonly { endpoint: string; from: string; bytes: string; json: Json }[]
}

test.each(golden.requests)('request $#: byte for byte what the SDK sends', ({ body, bytes }) => {
  expect(Buffer.from(encodeTraining(body)).toString('base64')).toBe(bytes)
})

test.each(golden.results)('a result of $endpoint from $from reads as its JSON', ({ endpoint, bytes, json }) => {
  expect(decodeResult(endpoint, Buffer.from(bytes, 'base64'))).toEqual(rounded(json))
})

test('what is no such message is an error', () => {
  expect(() => decodeResult('asample', Buffer.from('<html>'))).toThrow()
})

/** JSON has doubles where protobuf has float32; SkyRL writes a float32 with the digits of its double. */
function rounded(value: unknown): unknown {
  if (typeof value === 'number') return Math.fround(value)
  if (Array.isArray(value)) return value.map(rounded)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, rounded(part)]))
}
