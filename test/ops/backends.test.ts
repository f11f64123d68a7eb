import * as tf from '@tensorflow/tfjs-core'
import { execFile } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { packageRoot } from '../../src/lib/packageRoot.js'
import { BufferPool } from '../../src/ops/backends/BufferPool.js'
import { memoryBudget } from '../../src/ops/backends/memoryBudget.js'
import { describeBackends } from '../../src/ops/describeBackends.js'
import { describeNativeKernels } from '../../src/ops/describeNativeKernels.js'
import { initBackend } from '../../src/ops/initBackend.js'
import { linear } from '../../src/ops/linear.js'
import { memoryUsage } from '../../src/ops/memoryUsage.js'
import { withCancelFlag } from '../../src/ops/withCancelFlag.js'
import { nativeIsas } from './support/nativeIsas.js'
import { useNative } from './support/useNative.js'

const isas = nativeIsas()

test('auto takes the first backend that works and says why', async () => {
  const info = await initBackend({ backend: 'auto', threads: 1 })
  expect(tf.getBackend()).toBe(info.name)
  expect(info.reasons[info.reasons.length - 1]).toMatch(/the first that works here/)
  const descriptions = await describeBackends(1)
  expect(descriptions.map(({ label }) => label)).toEqual(['tensorflow (GPU)', 'native', 'tensorflow', 'wasm', 'cpu'])
  expect(descriptions.find(({ available }) => available)?.name).toBe(info.name)
  expect(tf.getBackend()).toBe(info.name)
})

describe.skipIf(isas.length === 0)('native backend', () => {
  test('an instruction set that does not exist is refused by name', async () => {
    await expect(useNative('avx3', 1)).rejects.toThrow(/FINTUNE_ISA: found "avx3"; allowed are portable, avx2/)
  })

  test('an instruction set that this CPU lacks is an error, with auto too, not another backend', async () => {
    const lacking = ['amx', 'avx512_bf16', 'avx512'].find((isa) => !isas.includes(isa))
    if (lacking === undefined) return // a CPU that has them all
    process.env.FINTUNE_ISA = lacking
    try {
      for (const backend of ['native', 'auto'] as const) {
        await expect(initBackend({ backend, threads: 1 })).rejects.toMatchObject({
          exitCode: 2,
          message: expect.stringContaining(`FINTUNE_ISA=${lacking}: this CPU or build lacks it`) as string,
        })
      }
    } finally {
      delete process.env.FINTUNE_ISA
    }
  })

  test('kernels end with an error once their thread is told to, and run again afterwards', async () => {
    await useNative(isas[0], 2)
    const flag = new Int32Array(new SharedArrayBuffer(4))
    const x = tf.ones([300, 300]) as tf.Tensor2D
    const before = memoryUsage()
    await withCancelFlag(flag, async () => {
      expect(linear(x, x).dataSync()[0]).toBe(300)
      Atomics.store(flag, 0, 1)
      expect(() => linear(x, x)).toThrow(/cancelled/)
    })
    expect(linear(x, x).dataSync()[0]).toBe(300)
    expect(before).not.toBeNull()
  })

  test('describes itself for the doctor', async () => {
    await useNative(isas[0], 1)
    const description = describeNativeKernels()
    expect(isas).toContain(description?.kernels)
    expect(description?.gflops).toBeGreaterThan(1)
  })

  test('nobody sees recycled memory: what was read stays as it was', async () => {
    await useNative(isas[0], 1)
    const ones = tf.ones([200, 200])
    const sum = tf.add(ones, ones)
    const [read, part] = [sum.dataSync(), tf.slice(tf.add(sum, ones), [0, 0], [1, 200])]
    sum.dispose()
    tf.tidy(() => {
      for (let i = 0; i < 4; i++) tf.mul(ones, 7)
    })
    expect(new Set(read)).toEqual(new Set([2]))
    expect(new Set(part.dataSync())).toEqual(new Set([3]))
    tf.dispose([ones, part])
  })

  test('integers that TensorFlow.js casts without copying', async () => {
    await useNative(isas[0], 1)
    const cast = tf.cast(tf.tensor2d([[1, 2], [3, 4]], [2, 2], 'int32'), 'float32') // prettier-ignore
    expect([...tf.add(cast, cast).dataSync()]).toEqual([2, 4, 6, 8])
  })

  test('works in a worker thread beside the main one', async () => {
    const addon = process.env.FINTUNE_NATIVE_ADDON ?? join(packageRoot(), 'build', 'fintune.node')
    const script = `
      const { parentPort } = require('node:worker_threads')
      const addon = require(${JSON.stringify(addon)})
      const y = new Float32Array(100_000)
      addon.scale(new Float32Array(100_000).fill(3), 2, y)
      parentPort.postMessage(y.every((value) => value === 6))`
    const workers = [0, 1].map(() => new Worker(script, { eval: true }))
    const answers = await Promise.all(
      workers.map((worker) => new Promise((resolve) => worker.once('message', resolve))),
    )
    expect(answers).toEqual([true, true])
  })
})

describe('memory', () => {
  const source = { allocate: (bytes: number) => new ArrayBuffer(bytes), discard: () => {} }

  test('an array given back is used again, unless somebody may look at it', () => {
    const pool = new BufferPool(1e9, source)
    const first = pool.take(50_000)
    pool.give(first, true)
    const second = pool.take(51_000)
    expect(second.buffer).toBe(first.buffer)
    expect(second.length).toBe(51_000)
    pool.give(second, false)
    expect(pool.take(50_000).buffer).not.toBe(first.buffer)
  })

  test('past the budget comes an error that names the way out', () => {
    const pool = new BufferPool(1_000_000, source)
    const held = pool.take(200_000)
    expect(() => pool.take(100_000)).toThrow(/Out of the memory budget.*FINTUNE_MEMORY_LIMIT/s)
    pool.give(held, true)
    expect(pool.take(100_000).length).toBe(100_000)
  })

  test('FINTUNE_MEMORY_LIMIT', () => {
    const limit = (text: string) => {
      process.env.FINTUNE_MEMORY_LIMIT = text
      try {
        return memoryBudget()
      } finally {
        delete process.env.FINTUNE_MEMORY_LIMIT
      }
    }
    expect(limit('3G')).toBe(3 * 2 ** 30)
    expect(limit('1.5 GB'.replace(' ', ''))).toBe(1.5 * 2 ** 30)
    expect(limit('2000000')).toBe(2_000_000)
    expect(() => limit('much')).toThrow(/found "much"; allowed is a size such as 3G/)
    expect(memoryBudget()).toBeGreaterThan(0)
  })
})

describe('the install script', () => {
  const work = mkdtempSync(join(tmpdir(), 'fintune-build-'))
  const script = join(work, 'src', 'ops', 'native', 'build.mjs')

  beforeAll(() => {
    cpSync(join(packageRoot(), 'src', 'ops', 'native'), dirname(script), { recursive: true })
    symlinkSync(join(packageRoot(), 'node_modules'), join(work, 'node_modules'))
    mkdirSync(join(work, 'bin'))
  })
  afterAll(() => rmSync(work, { recursive: true, force: true }))

  const build = async (env: Record<string, string>) =>
    (await promisify(execFile)(process.execPath, [script], { env: { PATH: join(work, 'bin'), ...env } })).stdout

  test('without a compiler: one line that names the package, exit 0', async () => {
    const output = await build({})
    expect(output.trim().split('\n')).toHaveLength(1)
    expect(output).toMatch(/no C\+\+ compiler found, so WebAssembly will be used.*(g\+\+|xcode-select)/)
  })

  test('a compiler that fails: its first error, exit 0, nothing half-built', async () => {
    const fake = join(work, 'bin', 'broken-c++')
    writeFileSync(
      fake,
      '#!/bin/sh\n[ "$1" = --version ] && echo broken 1.0 && exit 0\necho "x.h:1: error: no" >&2; exit 1\n',
    )
    chmodSync(fake, 0o755)
    const output = await build({ CXX: fake, PATH: '/usr/bin:/bin' })
    expect(output).toMatch(/did not build, so WebAssembly will be used, much slower: x.h:1: error: no/)
    expect(existsSync(join(work, 'build', 'fintune.node'))).toBe(false)
  })
})
