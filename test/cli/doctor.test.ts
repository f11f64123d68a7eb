import { expect, test } from 'vitest'
import type { Examination } from '../../src/cli/doctor/Examination.js'
import { fintune } from '../helpers/fintune.js'

test('names the backend that computes and why each other does not', async () => {
  const { code, stdout, stderr } = await fintune(['doctor', '--json'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const { node, processor, memory, backends, backend } = JSON.parse(stdout) as Examination
  expect(node).toBe(process.version)
  expect(processor.threads).toBeGreaterThanOrEqual(1)
  expect(memory.totalBytes).toBeGreaterThan(0)
  expect(backends.find(({ available }) => available)?.name).toBe(backend)
  for (const { detail } of backends) expect(detail).not.toBe('')
  expect(backends.find(({ name }) => name === 'cpu')?.available).toBe(true)
})

test('says it in words too', async () => {
  const { code, stdout } = await fintune(['doctor'], { env: { FINTUNE_ISA: 'portable' } })
  expect(code).toBe(0)
  expect(stdout).toContain(`Node ${process.version}`)
  expect(stdout).toContain('forced by FINTUNE_ISA: portable')
  expect(stdout).toMatch(/^→ /m)
})
