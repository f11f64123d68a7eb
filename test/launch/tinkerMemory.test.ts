import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { RunDirectory } from '../../src/checkpoint/RunDirectory.js'
import { packageRoot } from '../../src/lib/packageRoot.js'
import { SimulatedServer } from '../engine/tinker/simulatedServer.js'
import { temporaryFolder } from '../helpers/temporaryFolder.js'
import { tokenRecipe } from '../helpers/tokenRecipe.js'

/** The promise is for step 10,000 against 1,000; by default a twentieth of it is run. FINTUNE_TEST_STEPS=10000 runs it whole. */
const last = Number(process.env['FINTUNE_TEST_STEPS'] ?? 500)

test(`memory at step ${last} is that at step ${last / 10}`, async () => {
  const server = new SimulatedServer({ vocabSize: 320 })
  const url = await server.listen()
  onTestFinished(() => server.close())
  const files = tokenRecipe({ steps: last + 50 })
  const folder = await temporaryFolder({
    ...files,
    'recipe.yaml': files['recipe.yaml']
      .replace(
        'engine: {threads: 1}',
        `engine: {type: tinker, url: '${url}', baseModel: simulated, reduction: tokenSum}`,
      )
      .replace('tiny-qwen3}', 'tiny-qwen3, adapter: {type: lora, rank: 8, alpha: 32}}'),
  })
  const hook = join(packageRoot(), 'test/helpers/reportMemory.mjs')
  const program = join(packageRoot(), 'dist/cli/main.js')
  const args = ['--expose-gc', '--import', hook, program, 'run', 'recipe.yaml']
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const reports = () =>
    [...said.matchAll(/^MEMORY (.*)$/gm)].map(([, json]) => JSON.parse(json) as { heapUsed: number; own: number })
  const run = new RunDirectory(join(folder, 'runs/tiny'))

  for (const [i, step] of [last / 10, last].entries()) {
    while ((run.readStatus()?.step ?? 0) < step && child.exitCode === null) await sleep(50)
    child.kill('SIGUSR2')
    while (reports().length <= i && child.exitCode === null) await sleep(20)
  }
  expect([await ended, said.split('MEMORY')[0]]).toEqual([0, expect.any(String)])
  const [early, late] = reports()
  console.info(`step ${last / 10}: ${JSON.stringify(early)}; step ${last}: ${JSON.stringify(late)}`)
  // So early the heap still settles and resident memory grows to what V8 takes at its leisure: a short run only finds a
  // leak of hundreds of kilobytes in a hundred steps. The whole run holds both to the promise.
  expect(late.heapUsed).toBeLessThan((last >= 10_000 ? 1.05 : 1.2) * early.heapUsed)
  if (last >= 10_000) expect(late.own).toBeLessThan(1.05 * early.own)
}, 3_600_000)
