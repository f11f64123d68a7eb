import { spawn } from 'node:child_process'
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { acquireRunLock } from '../../src/checkpoint/acquireRunLock.js'
import type { LockHolder } from '../../src/checkpoint/LockHolder.js'
import { processIdentity } from '../../src/checkpoint/processIdentity.js'
import { RunLockedError } from '../../src/checkpoint/RunLockedError.js'
import { temporaryFolder } from '../helpers/temporaryFolder.js'

function holder(change: Partial<LockHolder>): string {
  const { pid } = process
  const full = {
    schema: 'fintune.lock/1',
    host: hostname(),
    pid,
    process: processIdentity(pid),
    since: '2026-01-01',
    ...change,
  }
  return `${JSON.stringify(full)}\n`
}

test('one process holds a run; it says who it is, and gives it back', async () => {
  const folder = await temporaryFolder()
  const release = await acquireRunLock(folder, () => {})
  expect(JSON.parse(readFileSync(join(folder, 'run.lock'), 'utf8'))).toMatchObject({
    host: hostname(),
    pid: process.pid,
  })
  const second = acquireRunLock(folder, () => {})
  await expect(second).rejects.toThrow(RunLockedError)
  await expect(second).rejects.toThrow(new RegExp(`${process.pid} on ${hostname()}`))
  await release()
  expect(existsSync(join(folder, 'run.lock'))).toBe(false)
  await (
    await acquireRunLock(folder, () => {})
  )()
})

test('of many that come at once, one gets it', async () => {
  const folder = await temporaryFolder()
  const tries = await Promise.allSettled(Array.from({ length: 12 }, () => acquireRunLock(folder, () => {})))
  expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
})

test('a lock is stale whose process is gone, or whose number belongs to a younger one', async () => {
  const dead = spawn(process.execPath, ['-e', ''])
  await new Promise((resolve) => dead.once('close', resolve))
  for (const change of [{ pid: dead.pid, process: 'boot/1' }, { process: 'an earlier boot/77' }]) {
    const folder = await temporaryFolder({ 'run.lock': holder(change) })
    const warnings: string[] = []
    const release = await acquireRunLock(folder, (message) => warnings.push(message))
    expect(warnings.join()).toMatch(/held this run and is gone/)
    await release()
  }
})

test('a holder on another host counts as lost once its heartbeat has been silent for long', async () => {
  const folder = await temporaryFolder({ 'run.lock': holder({ host: 'elsewhere' }), 'run.json': '{}' })
  await expect(acquireRunLock(folder, () => {})).rejects.toThrow(/elsewhere/)
  const longAgo = Date.now() / 1000 - 3600
  for (const name of ['run.lock', 'run.json']) utimesSync(join(folder, name), longAgo, longAgo)
  await (
    await acquireRunLock(folder, () => {})
  )()
})

test('a lock that cannot be read holds nobody off for good', async () => {
  const folder = await temporaryFolder()
  writeFileSync(join(folder, 'run.lock'), '{"pid": 1')
  await (
    await acquireRunLock(folder, () => {})
  )()
})
