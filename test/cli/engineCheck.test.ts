import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { SimulatedServer } from '../engine/tinker/simulatedServer.js'
import { fintune } from '../helpers/fintune.js'

test('says what a server does with losses, repeats and clipping, and how numbers travel', async () => {
  const server = new SimulatedServer({
    vocabSize: 64,
    reduction: 'tokenSum',
    dedupes: true,
    clips: true,
    protobuf: true,
  })
  const url = await server.listen()
  onTestFinished(() => server.close())
  const { code, stdout } = await fintune(['engine', 'check', url, '--json'])
  expect(code).toBe(0)
  const traits = { reduction: 'tokenSum', dedupes: true, clips: true, isCoarse: false }
  expect(JSON.parse(stdout)).toEqual({ url, baseModel: 'simulated', format: 'protobuf', traits, parity: null })
}, 20_000)

test('what is no address, or no Tinker server, is said plainly', async () => {
  const typo = await fintune(['engine', 'check', 'localhost:8000'])
  expect([typo.code, typo.stderr]).toEqual([
    2,
    expect.stringContaining('found "localhost:8000"; it is one like http://'),
  ])
  const site = createServer((_, response) => response.writeHead(404).end('<html><title>Not here</title>…</html>'))
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void site.close())
  const url = `http://127.0.0.1:${(site.address() as AddressInfo).port}`
  const page = await fintune(['engine', 'check', url])
  expect(page.code).toBe(1)
  expect(page.stderr).toContain(`${url} is no Tinker server, or not yet one`)
  expect(page.stderr).toContain('a web page (Not here)')
}, 20_000)
