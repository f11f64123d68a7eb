import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { isDeepStrictEqual, parseArgs } from 'node:util'
import { listCheckpoints } from '../checkpoint/listCheckpoints.js'
import { RunDirectory } from '../checkpoint/RunDirectory.js'
import { keyedRandom } from '../lib/keyedRandom.js'
import { packageRoot } from '../lib/packageRoot.js'
import { sha256File } from '../lib/sha256File.js'
import { canonicalStepLog } from '../metrics/canonicalStepLog.js'
import { deterministicFields } from '../metrics/deterministicFields.js'
import { readStepLog } from '../metrics/readStepLog.js'
import { crashRecipe } from './crashRecipe.js'
import { startCrashJudge, type JudgeHealth } from './startCrashJudge.js'

// `npm run crashtest -- --kills N --seed S [--recipe FILE]`: a run is killed at random instants; it meets a disk that is
// full, fails, writes short or does not rename, a machine short of memory, a judge that fails or goes away, and newest
// checkpoints of which a bit has flipped. After each fault it is resumed. Whoever reads its log meanwhile must meet whole
// lines only, and every end must equal the unbroken run's, bit for bit. Exit code 1 where it does not.

/** A reward with spread among the completions of an untrained model, so that GRPO has something to learn. */
const reward = `export default (inputs) =>
  inputs.map(({ completion }) => [...completion].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 5)
`

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '12' },
    seed: { type: 'string', default: '1' },
    recipe: { type: 'string' },
  },
})
const faultsWanted = Number(values.kills)
const random = keyedRandom('crashtest', Number(values.seed))
const program = join(packageRoot(), 'dist/cli/main.js')
const folder = mkdtempSync(join(tmpdir(), 'fintune-crash-'))
const rewardModule = join(folder, 'reward.mjs')
const judge = await startCrashJudge()
const recipe = values.recipe ?? join(folder, 'recipe.yaml')
if (values.recipe === undefined) {
  writeFileSync(rewardModule, reward)
  writeFileSync(recipe, crashRecipe({ judgeUrl: judge.url, rewardModule }))
}

interface Ending {
  readonly code: number | null
  readonly stderr: string
  readonly durationMs: number
  /** What the reader of the log met that was not a whole line. */
  readonly torn: string | null
}

/** How often the log is read while it grows. */
const readEveryMs = 50

/** One process that works on a run; killed after `killAfterMs` where that is given. */
function attempt(directory: string, env?: Record<string, string>, killAfterMs?: number): Promise<Ending> {
  const args = [program, 'run', recipe, '--run-dir', directory, '--resume=auto']
  const child = spawn(process.execPath, args, {
    cwd: packageRoot(),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const started = performance.now()
  const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs)
  let torn: string | null = null
  const reader = setInterval(() => {
    try {
      readStepLog(join(directory, 'steps.jsonl'))
    } catch (error) {
      torn = String(error)
    }
  }, readEveryMs)
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return new Promise((resolve) =>
    child.once('close', (code) => {
      clearTimeout(timer)
      clearInterval(reader)
      resolve({ code, stderr, durationMs: performance.now() - started, torn })
    }),
  )
}

/** What a run came to: the deterministic part of its log, its weights, and its results. */
async function endState(directory: string): Promise<unknown> {
  const log = canonicalStepLog(readStepLog(join(directory, 'steps.jsonl')).lines).map(deterministicFields)
  const weights = ['sft', 'grpo']
    .map((stage) => join(directory, stage, 'model', 'model.safetensors'))
    .filter((file) => existsSync(file))
  const timeless = (key: string, value: unknown) => (key === 'seconds' ? undefined : value)
  const results = JSON.parse(readFileSync(join(directory, 'result.json'), 'utf8'), timeless) as unknown
  return { log, weights: await Promise.all(weights.map(sha256File)), results }
}

/** Flips a bit of the run's newest checkpoint, if it has another one to go back to. @returns which file's */
async function damageNewest(directory: string): Promise<string | null> {
  const stages = new RunDirectory(directory).readStatus()?.stages?.map(({ name }) => name) ?? []
  const found = stages.length === 0 ? [] : await listCheckpoints(directory)
  if (found.length < 2) return null
  const newest = found.reduce((a, b) => {
    const order = stages.indexOf(b.stage) - stages.indexOf(a.stage) || b.step - a.step
    return order > 0 ? b : a
  })
  const file = join(newest.directory, random.pick(readdirSync(newest.directory).sort()))
  const bytes = readFileSync(file)
  bytes[random.integer(bytes.length)] ^= 1 << random.integer(8)
  writeFileSync(file, bytes)
  return file
}

interface Fault {
  readonly name: string
  readonly env?: Record<string, string>
  readonly killAfterMs?: number
  readonly judge?: JudgeHealth
  /** Exit codes that are right, beside 0 (it came after the end); null is a kill. */
  readonly codes: readonly (number | null)[]
}

function drawFault(runMs: number): Fault {
  const operation = 1 + random.integer(260)
  const disk = (kind: string, codes: Fault['codes']): Fault => {
    const name = `${kind}@${operation}`
    return { name, env: { FINTUNE_DISK_FAULT: name }, codes }
  }
  const killAfterMs = Math.round(random.uniform() * runMs)
  const goneAfter = random.integer(80)
  const memory = random.pick(['200K', '2M', '8M'])
  return random.pick<() => Fault>([
    () => ({ name: `SIGKILL after ${killAfterMs} ms`, killAfterMs, codes: [null] }),
    () => disk('kill', [null]),
    () => disk('kill', [null]),
    () => disk('full', [1]),
    () => disk('io', [1]),
    () => disk('rename', [1]),
    () => disk('short', []),
    () => ({ name: `memory of ${memory}`, env: { FINTUNE_MEMORY_LIMIT: memory }, codes: [1] }),
    () => ({ name: 'flaky judge', judge: 'flaky', codes: [] }),
    // 3: it was gone before step 1, when the rewards are checked
    () => ({ name: `judge gone after ${goneAfter}`, judge: { goneAfter }, codes: [1, 3] }),
  ])()
}

const problems: string[] = []
const unbroken = join(folder, 'unbroken')
const first = await attempt(unbroken)
if (first.code !== 0) throw new Error(`the unbroken run ended with exit code ${first.code}:\n${first.stderr}`)
const expected = await endState(unbroken)
process.stdout.write(`unbroken run: ${(first.durationMs / 1000).toFixed(1)} s\n`)

/** After so many of the faults the newest checkpoint is damaged too. */
const damageShare = 0.3
let faults = 0
for (let life = 1; faults < faultsWanted; life++) {
  const directory = join(folder, `life-${life}`)
  let done = false
  while (!done) {
    const fault: Fault = faults < faultsWanted ? drawFault(first.durationMs) : { name: 'none', codes: [] }
    judge.become(fault.judge ?? 'well')
    const { code, stderr, torn } = await attempt(directory, fault.env, fault.killAfterMs)
    done = code === 0
    faults += Number(!done)
    const right = done || fault.codes.includes(code)
    const expectedWords = done || code === null || !stderr.includes('Unexpected error')
    if (!right || !expectedWords) problems.push(`life ${life}, ${fault.name}: exit code ${code}\n${stderr}`)
    if (torn !== null) problems.push(`life ${life}, ${fault.name}: a reader of the log met: ${torn}`)
    if (!right) break
    const steps = existsSync(directory) ? readStepLog(join(directory, 'steps.jsonl')).lines.length : 0
    process.stdout.write(`life ${life}  ${fault.name.padEnd(24)}  exit ${code ?? 'SIGKILL'}  ${steps} lines\n`)
    const damaged = !done && random.uniform() < damageShare ? await damageNewest(directory) : null
    if (damaged !== null) process.stdout.write(`life ${life}  a bit flipped in ${relative(directory, damaged)}\n`)
  }
  const verify = spawnSync(process.execPath, [program, 'checkpoints', 'verify', directory], { cwd: packageRoot() })
  if (verify.status !== 0) problems.push(`life ${life}: checkpoints verify\n${verify.stdout}${verify.stderr}`)
  if (done && !isDeepStrictEqual(await endState(directory), expected))
    problems.push(`life ${life}: not the unbroken run`)
  else if (done) process.stdout.write(`life ${life}  equals the unbroken run\n`)
}
judge.close()
if (problems.length === 0) rmSync(folder, { recursive: true })
else process.stdout.write(`${problems.join('\n')}\nEverything is left in ${folder}\n`)
process.stdout.write(`${faults} faults, ${problems.length} problems\n`)
process.exitCode = problems.length === 0 ? 0 : 1
