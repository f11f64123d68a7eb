import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { RunDirectory } from '../../src/checkpoint/RunDirectory.js'
import { canonicalStepLog } from '../../src/metrics/canonicalStepLog.js'
import { fintune } from '../helpers/fintune.js'
import { readLines } from '../helpers/runToEnd.js'
import { temporaryFolder } from '../helpers/temporaryFolder.js'
import { tokenRecipe } from '../helpers/tokenRecipe.js'

/** A real server on this machine (SkyRL), whose base model is a directory here; it takes minutes and gigabytes to install. */
const url = process.env['FINTUNE_TINKER_URL']
const skip = url ? null : 'FINTUNE_TINKER_URL names no Tinker server'
if (skip) console.info(`A run on a real Tinker server is skipped: ${skip}`)

test.skipIf(skip)(
  'a real server: SFT lowers the loss; killed in the middle and resumed, it takes the same steps',
  async () => {
    const capabilities = (await (await fetch(`${url}/api/v1/get_server_capabilities`)).json()) as {
      supported_models: { model_name: string }[]
    }
    const model = capabilities.supported_models[0].model_name
    if (!existsSync(join(model, 'config.json'))) throw new Error(`${url} serves ${model}, which is no directory here`)
    const files = tokenRecipe({ steps: 8 })
    const cwd = await temporaryFolder({
      ...files,
      'recipe.yaml': files['recipe.yaml']
        .replace(/model: .*/, `model: {path: ${model}, maxLength: 64, adapter: {type: lora, rank: 8, alpha: 32}}`)
        .replace('engine: {threads: 1}', `engine: {type: tinker, url: '${url}'}`)
        .replace('everySteps: 100', 'everySteps: 2')
        .replace('{learningRate: 1.0e-3}', '{learningRate: 5.0e-3, beta2: 0.95, schedule: constant}'),
    })
    const go = (name: string, kill = false) =>
      fintune(['run', 'recipe.yaml', '--resume=auto', '--run-dir', name], {
        cwd,
        onStart: (child) => {
          if (!kill) return
          const status = () => new RunDirectory(join(cwd, name)).readStatus()?.step ?? 0
          void (async () => {
            while (status() < 3 && child.exitCode === null) await sleep(50)
            child.kill('SIGKILL')
          })()
        },
      })
    expect((await go('whole')).code).toBe(0)
    expect((await go('broken', true)).signal).toBe('SIGKILL')
    expect((await go('broken')).code).toBe(0)
    const losses = (name: string) => canonicalStepLog(readLines(join(cwd, name))).map(({ metrics }) => metrics['loss'])
    const whole = losses('whole')
    expect(Math.min(...whole.slice(-3))).toBeLessThan(whole[0] - 0.5)
    losses('broken').forEach((loss, i) => expect(loss).toBeCloseTo(whole[i], 2))
  },
  1_800_000,
)
