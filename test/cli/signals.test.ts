import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ChildProcess } from 'node:child_process'
import { expect, test } from 'vitest'
import { crashRecipe } from '../../src/bench/crashRecipe.js'
import { fintune } from '../helpers/fintune.js'
import { temporaryFolder } from '../helpers/temporaryFolder.js'

// A user's own module that hangs is the worst a signal can meet: nothing of ours can end it.

/** The crash test's recipe, its judge left out, with this reward. */
function folderWithReward(reward: string): Promise<string> {
  const recipe = crashRecipe({ judgeUrl: '', rewardModule: 'reward.mjs' })
  return temporaryFolder({ 'reward.mjs': reward, 'recipe.yaml': recipe.replace(/\n {4}- type: rubric(\n {6}.*)+/, '') })
}

function when(holds: () => boolean, child: ChildProcess, then: () => void): void {
  const timer = setInterval(() => {
    if (!holds()) return
    clearInterval(timer)
    then()
  }, 20)
  child.once('close', () => clearInterval(timer))
}

const hangs =
  "import { writeFileSync } from 'node:fs'\nwriteFileSync('hangs', '')\nawait new Promise((go) => setTimeout(go, 60_000))\n"
const hangsAtSecondBatch = `import { writeFileSync } from 'node:fs'
let calls = 0
export default async (inputs) => {
  if (++calls > 2 && process.env.HANG) {
    writeFileSync('hangs', '')
    await new Promise((go) => setTimeout(go, 60_000))
  }
  return inputs.map(({ completion }) => completion.length % 5)
}
`

test('a second SIGINT ends the process within a second, as the signal would have', async () => {
  const folder = await folderWithReward(hangs)
  let second = 0
  const { code, signal, stderr } = await fintune(['run', 'recipe.yaml'], {
    cwd: folder,
    onStart: (child) => {
      when(
        () => existsSync(join(folder, 'hangs')),
        child,
        () => child.kill('SIGINT'),
      )
      child.stderr?.on('data', (text: string) => {
        if (!text.includes('Ctrl-C again leaves at once')) return
        second = performance.now()
        child.kill('SIGINT')
      })
    },
  })
  const tookMs = performance.now() - second
  expect([code, signal]).toEqual([null, 'SIGINT'])
  expect(stderr).toContain('SIGINT: dropping the step in flight')
  expect(tookMs).toBeLessThan(1000)
})

test('SIGTERM while a reward hangs: checkpointed, exit 75, and resumed it goes on', async () => {
  const folder = await folderWithReward(hangsAtSecondBatch)
  let sent = 0
  const stopped = await fintune(['run', 'recipe.yaml'], {
    cwd: folder,
    env: { HANG: '1' },
    onStart: (child) =>
      when(
        () => existsSync(join(folder, 'hangs')),
        child,
        () => {
          sent = performance.now()
          child.kill('SIGTERM')
        },
      ),
  })
  expect(performance.now() - sent).toBeLessThan(10_000)
  expect({ code: stopped.code, stderr: stopped.stderr }).toMatchObject({ code: 75 })
  const run = join(folder, 'checkpoints/crash')
  const status = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')) as object
  expect(status).toMatchObject({ status: 'interrupted', cause: 'signal', stage: 'grpo' })
  const resumed = await fintune(['run', 'recipe.yaml', '--resume=must'], { cwd: folder })
  expect({ code: resumed.code, stderr: resumed.stderr }).toMatchObject({ code: 0 })
}, 180_000)
