import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual, parseArgs } from 'node:util'
import { keyedRandom } from '../lib/keyedRandom.js'
import { packageRoot } from '../lib/packageRoot.js'
import { sha256File } from '../lib/sha256File.js'
import { canonicalStepLog } from '../metrics/canonicalStepLog.js'
import { deterministicFields } from '../metrics/deterministicFields.js'
import { readStepLog } from '../metrics/readStepLog.js'

// `npm run crashtest -- --kills N --seed S [--recipe FILE]`: a run is killed at random instants and meets a disk that is
// full, fails, writes short or does not rename, and a machine short of memory; after each fault it is resumed. Its log
// must be readable at any time, and every end must equal the unbroken run's, bit for bit. Exit code 1 where it does not.

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
const recipe = values.recipe ?? join(folder, 'recipe.yaml')
if (values.recipe === undefined) writeFileSync(recipe, smallRecipe())

/** SFT, a sampled GRPO stage of two updates a batch with KL, evaluations between and within: every kind of state there is. */
function smallRecipe(): string {
  return `version: 1
name: crash
seed: 5
model:
  init: {model_type: qwen2, hidden_size: 32, intermediate_size: 64, num_hidden_layers: 1, num_attention_heads: 2,
         num_key_value_heads: 1, max_position_embeddings: 1024}
  tokenizer: ${join(packageRoot(), 'checkpoints/embedded-base')}
  adapter: {type: full}
  maxLength: 1024
data:
  lessons: {type: synthetic, examples: 24, seed: 1}
  exam: {type: synthetic, examples: 4, seed: 2}
prompt: {template: compact, context: evidence, maxPromptTokens: 256}
verifier: {model: {type: none}}
rewards: {terms: [{type: format}, {type: accuracy}, {type: repetition, ngram: 1}], maxGoldFailShare: 1}
stages:
  - {type: sft, name: sft, train: [lessons], steps: 9, batchSize: 2, optimizer: {learningRate: 1.0e-3}}
  - {type: eval, name: middle, data: [exam], decoding: {maxTokens: 8}}
  - type: grpo
    name: grpo
    train: [lessons]
    steps: 8
    promptsPerStep: 2
    updatesPerBatch: 2
    numGenerations: 4
    maxCompletionLength: 12
    loss: {type: dapo, beta: 0.04}
    evaluate: {everySteps: 3, data: [exam], limit: 2, maxTokens: 4}
    optimizer: {learningRate: 1.0e-3}
  - {type: eval, name: end, data: [exam], decoding: {maxTokens: 8}}
checkpoint: {everySteps: 2, everyMinutes: null, keepLast: 2}
`
}

interface Ending {
  readonly code: number | null
  readonly stderr: string
  readonly durationMs: number
}

/** One process that works on a run; killed after `killAfterMs` where that is given. */
function attempt(directory: string, env: Record<string, string>, killAfterMs?: number): Promise<Ending> {
  const args = [program, 'run', recipe, '--run-dir', directory, '--resume=auto']
  const child = spawn(process.execPath, args, {
    cwd: packageRoot(),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const started = performance.now()
  const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs)
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return new Promise((resolve) =>
    child.once('close', (code) => {
      clearTimeout(timer)
      resolve({ code, stderr, durationMs: performance.now() - started })
    }),
  )
}

/** What a run came to: the deterministic part of its log, and its weights. */
async function endState(directory: string): Promise<unknown> {
  const log = canonicalStepLog(readStepLog(join(directory, 'steps.jsonl')).lines).map(deterministicFields)
  const weights = ['sft', 'grpo']
    .map((stage) => join(directory, stage, 'model', 'model.safetensors'))
    .filter((file) => existsSync(file))
  return { log, weights: await Promise.all(weights.map(sha256File)) }
}

interface Fault {
  readonly name: string
  readonly env: Record<string, string>
  readonly killAfterMs?: number
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
  return random.pick<() => Fault>([
    () => ({ name: `SIGKILL after ${killAfterMs} ms`, env: {}, killAfterMs, codes: [null] }),
    () => disk('kill', [null]),
    () => disk('kill', [null]),
    () => disk('full', [1]),
    () => disk('io', [1]),
    () => disk('rename', [1]),
    () => disk('short', []),
    () => ({ name: 'little memory', env: { FINTUNE_MEMORY_LIMIT: '200K' }, codes: [1, 2] }),
  ])()
}

const problems: string[] = []
const unbroken = join(folder, 'unbroken')
const first = await attempt(unbroken, {})
if (first.code !== 0) throw new Error(`the unbroken run ended with exit code ${first.code}:\n${first.stderr}`)
const expected = await endState(unbroken)
process.stdout.write(`unbroken run: ${(first.durationMs / 1000).toFixed(1)} s\n`)

let faults = 0
for (let life = 1; faults < faultsWanted; life++) {
  const directory = join(folder, `life-${life}`)
  let done = false
  while (!done) {
    const fault: Fault = faults < faultsWanted ? drawFault(first.durationMs) : { name: 'none', env: {}, codes: [] }
    const { code, stderr } = await attempt(directory, fault.env, fault.killAfterMs)
    done = code === 0
    faults += Number(!done)
    const right = done || fault.codes.includes(code)
    const expectedWords = done || code === null || !stderr.includes('Unexpected error')
    if (!right || !expectedWords) problems.push(`life ${life}, ${fault.name}: exit code ${code}\n${stderr}`)
    if (!right) break
    // Whoever reads the log meets whole lines only: this throws otherwise.
    const steps = existsSync(directory) ? readStepLog(join(directory, 'steps.jsonl')).lines.length : 0
    process.stdout.write(`life ${life}  ${fault.name.padEnd(24)}  exit ${code ?? 'SIGKILL'}  ${steps} lines\n`)
  }
  const verify = spawnSync(process.execPath, [program, 'checkpoints', 'verify', directory], { cwd: packageRoot() })
  if (verify.status !== 0) problems.push(`life ${life}: checkpoints verify\n${verify.stdout}${verify.stderr}`)
  if (done && !isDeepStrictEqual(await endState(directory), expected))
    problems.push(`life ${life}: not the unbroken run`)
  else if (done) process.stdout.write(`life ${life}  equals the unbroken run\n`)
}
if (problems.length === 0) rmSync(folder, { recursive: true })
else process.stdout.write(`${problems.join('\n')}\nEverything is left in ${folder}\n`)
process.stdout.write(`${faults} faults, ${problems.length} problems\n`)
process.exitCode = problems.length === 0 ? 0 : 1
