import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { comparePaired } from '../eval/comparePaired.js'
import type { AnsweredExample, EvalResult } from '../eval/EvalResult.js'
import { packageRoot } from '../lib/packageRoot.js'
import { table } from '../lib/table.js'
import { readStepLog } from '../metrics/readStepLog.js'

// `npm run control [-- SEED…]`: is it GRPO that helps, or merely more training? For each seed the quickstart runs, and
// beside it the same recipe with its GRPO stage replaced by more SFT on the same lessons for the same wall time.

const seeds = process.argv.slice(2).length > 0 ? process.argv.slice(2).map(Number) : [7, 8, 9]
const output = mkdtempSync(join(tmpdir(), 'fintune-control-'))
const rows = seeds.map(compareSeed)
const header = [
  'seed',
  'base %',
  'SFT %',
  'GRPO %',
  'more SFT %',
  'SFT − base',
  'GRPO − SFT',
  'more SFT − SFT',
  'GRPO s',
  'more SFT s',
]
process.stdout.write(`${table(header, rows)}\n\nPoints of execution accuracy with paired 95 % intervals, ${output}\n`)

function compareSeed(seed: number): string[] {
  const quickstart = run('recipes/quickstart.yaml', seed, `quickstart-${seed}`, [])
  const grpo = stageSeconds(quickstart, 'grpo')
  const sft = stageSeconds(quickstart, 'sft')
  const steps = Math.round((grpo.seconds * sft.steps) / sft.seconds)
  const control = run('recipes/quickstart-control.yaml', seed, `control-${seed}`, ['--set', `stages[1].steps=${steps}`])
  const base = readEval(quickstart, 'base')
  const afterSft = readEval(quickstart, 'after-sft')
  const afterGrpo = readEval(quickstart, 'after-grpo')
  const afterMore = readEval(control, 'after-more-sft')
  const percent = ({ result }: Evaluation) => (100 * result.execution_accuracy).toFixed(1)
  return [
    String(seed),
    ...[base, afterSft, afterGrpo, afterMore].map(percent),
    gain(base, afterSft),
    gain(afterSft, afterGrpo),
    gain(afterSft, afterMore),
    grpo.seconds.toFixed(0),
    stageSeconds(control, 'more-sft').seconds.toFixed(0),
  ]
}

function run(recipe: string, seed: number, name: string, more: string[]): string {
  const directory = join(output, name)
  const program = join(packageRoot(), 'dist/cli/main.js')
  const args = [program, 'run', recipe, '--set', `seed=${seed}`, '--run-dir', directory, ...more]
  const { status } = spawnSync(process.execPath, args, { cwd: packageRoot(), stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0) throw new Error(`fintune run ${recipe} ended with exit code ${status}`)
  return directory
}

function stageSeconds(directory: string, stage: string): { seconds: number; steps: number } {
  const lines = readStepLog(join(directory, 'steps.jsonl')).lines.filter((line) => line.stage === stage)
  return { seconds: lines.reduce((sum, { metrics }) => sum + metrics['step_time'], 0), steps: lines.length }
}

interface Evaluation {
  readonly result: EvalResult
  readonly answered: AnsweredExample[]
}

function readEval(directory: string, stage: string): Evaluation {
  const path = join(directory, 'eval', `${stage}-held-out`)
  const lines = readFileSync(`${path}.jsonl`, 'utf8').split('\n').slice(0, -1)
  return {
    result: JSON.parse(readFileSync(`${path}.json`, 'utf8')) as EvalResult,
    answered: lines.map((line) => JSON.parse(line) as AnsweredExample),
  }
}

function gain(before: Evaluation, after: Evaluation): string {
  const names = { data: 'held-out', from: before.result.stage, to: after.result.stage }
  const { difference, ci95 } = comparePaired(names, before.answered, after.answered)
  const points = (share: number) => `${share < 0 ? '−' : '+'}${Math.abs(100 * share).toFixed(1)}`
  return `${points(difference)} (${points(ci95[0])} to ${points(ci95[1])})`
}
