import { execSync, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { RunDirectory } from '../../src/checkpoint/RunDirectory.js'
import { canonicalStepLog } from '../../src/metrics/canonicalStepLog.js'
import { fintune } from '../helpers/fintune.js'
import { readLines } from '../helpers/runToEnd.js'
import { temporaryFolder } from '../helpers/temporaryFolder.js'
import { tokenRecipe } from '../helpers/tokenRecipe.js'

/** A real server on this machine (SkyRL), whose base model is a directory here; it takes minutes and gigabytes to install. */
const url = process.env['FINTUNE_TINKER_URL']
const skip = url ? null : 'FINTUNE_TINKER_URL names no Tinker server'
/** A command that kills that server and starts it again with the state it had; without it the server is left alone. */
const restart = process.env['FINTUNE_TINKER_RESTART']
if (skip) console.info(`A run on a real Tinker server is skipped: ${skip}`)

test.skipIf(skip)(
  'a real server: SFT lowers the loss; killed in the middle and resumed, it takes the same steps',
  async () => {
    const model = await servedModel()
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

test.skipIf(skip)(
  'a real server: GRPO raises the reward; client, connection and server broken, it ends where the unbroken run ends',
  async () => {
    const model = await servedModel()
    const way = await breakableWay(new URL(url!))
    const cwd = await temporaryFolder({
      'vowels.mjs': `export default (inputs) => inputs.map(({ completion }) => (completion.match(/[aeiou]/g) ?? []).length / 8)\n`,
      'recipe.yaml': `version: 1
name: far
seed: 3
output: runs
model: {path: ${model}, maxLength: 640, adapter: {type: lora, rank: 8, alpha: 32}}
engine: {type: tinker, url: '${way.url}'}
data: {lessons: {type: synthetic, examples: 8, seed: 1}}
prompt: {template: compact, context: evidence, answer: program, maxPromptTokens: 512}
verifier: {model: {type: none}}
rewards: {terms: [{type: module, path: vowels.mjs}], maxGoldFailShare: 1}
stages:
  - type: grpo
    name: grpo
    train: [lessons]
    steps: 16
    promptsPerStep: 2
    numGenerations: 16
    maxCompletionLength: 8
    maxStaleness: 1
    loss: {type: dapo, truncatedImportanceSampling: 2}
    optimizer: {learningRate: 5.0e-3, beta2: 0.95, schedule: constant}
checkpoint: {everySteps: 2, everyMinutes: null, keepLast: 2}
`,
    })
    const go = (name: string, onStart?: (child: ChildProcess) => void) =>
      fintune(['run', 'recipe.yaml', '--resume=auto', '--run-dir', name], { cwd, onStart })
    const at = async (step: number, child: ChildProcess) => {
      const run = new RunDirectory(join(cwd, 'broken'))
      while ((run.readStatus()?.step ?? 0) < step && child.exitCode === null) await sleep(50)
    }
    const rewards = (name: string) =>
      canonicalStepLog(readLines(join(cwd, name))).map(({ metrics }) => metrics['reward'])

    expect(await go('whole')).toMatchObject({ code: 0 })
    const killed = await go('broken', (child) => void at(3, child).then(() => child.kill('SIGKILL')))
    expect(killed.signal).toBe('SIGKILL')
    const rough = await go('broken', (child) => {
      void (async () => {
        await at(7, child)
        way.cut()
        await at(11, child)
        if (restart) execSync(restart, { stdio: 'ignore' })
      })()
    })
    expect(rough).toMatchObject({ code: 0 })
    const [whole, broken] = [rewards('whole'), rewards('broken')]
    console.info(`unbroken ${whole.join(' ')}\nbroken   ${broken.join(' ')}`)
    const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length
    expect(mean(whole.slice(-4))).toBeGreaterThan(mean(whole.slice(0, 4)))
    expect(broken.length).toBe(whole.length)
    broken.forEach((reward, i) => expect(reward).toBeCloseTo(whole[i], 1))
  },
  3_600_000,
)

async function servedModel(): Promise<string> {
  const answer = await fetch(`${url}/api/v1/get_server_capabilities`)
  const { supported_models: models } = (await answer.json()) as { supported_models: { model_name: string }[] }
  const name = models[0].model_name
  if (!existsSync(join(name, 'config.json'))) throw new Error(`${url} serves ${name}, which is no directory here`)
  return name
}

/** A way to the server that can be cut: every connection breaks, and new ones are refused for two seconds. */
async function breakableWay(to: URL) {
  const open = new Set<Socket>()
  let isCut = false
  const server = createServer((near) => {
    if (isCut) return void near.destroy()
    const far = connect(Number(to.port), to.hostname)
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket)
      socket.pipe(other)
      socket.on('error', () => other.destroy())
      socket.on('close', () => open.delete(socket) && other.destroy())
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const cut = () => {
    isCut = true
    for (const socket of open) socket.resetAndDestroy()
    setTimeout(() => (isCut = false), 2_000)
  }
  onTestFinished(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, cut }
}
