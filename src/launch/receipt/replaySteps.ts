import { canonicalStepLog } from '../../metrics/canonicalStepLog.js'
import { deterministicFields } from '../../metrics/deterministicFields.js'
import { readStepLog } from '../../metrics/readStepLog.js'
import type { StepLogLine } from '../../metrics/StepLogLine.js'
import { retainedCheckpoints } from '../../checkpoint/retainedCheckpoints.js'
import type { RunDirectory } from '../../checkpoint/RunDirectory.js'
import { VerdictLog } from '../../checkpoint/VerdictLog.js'
import { loadRecipe } from '../../recipe/loadRecipe.js'
import { enterStage } from '../enterStage.js'
import { evaluateDuring } from '../evaluateDuring.js'
import { beginning } from '../beginning.js'
import { openWork, type OpenWork } from '../openWork.js'
import type { RunReporter } from '../RunReporter.js'
import { Watchdog } from '../watchdog/Watchdog.js'
import { versions } from '../versions.js'
import { chooseReplays, type Replay } from './chooseReplays.js'
import type { ReceiptCheck } from './ReceiptCheck.js'

export interface ReplayOptions {
  readonly run: RunDirectory
  /** Steps to take again. */
  readonly count: number
  readonly reporter: RunReporter
  readonly signal: AbortSignal
}

/** Takes some of a run's steps again, each from the checkpoint before it, and holds them against the log. Writes nothing into the run. */
export async function replaySteps({ run, count, reporter, signal }: ReplayOptions): Promise<ReceiptCheck[]> {
  if (count === 0) return []
  const recipe = await loadRecipe(`${run.path}/recipe.yaml`)
  const lines = canonicalStepLog(readStepLog(run.stepLogPath).lines)
  const stageNames = recipe.stages.map(({ name }) => name)
  const replays = chooseReplays(lines, await retainedCheckpoints(run.path, stageNames, recipe.checkpoint), count)
  if (replays.length === 0)
    return [{ what: 'steps', outcome: 'skipped', reason: 'no step has its checkpoint any more' }]
  // Verdicts are read from the run's journal, new ones stay in memory: it is never opened for writing.
  const work = await openWork(recipe, reporter, {
    onRollouts: () => {},
    verdicts: new VerdictLog(run.verdictLogPath),
    signal,
  })
  try {
    const obstacle = whyNotComparable(run, work)
    if (obstacle !== null) return [{ what: 'steps', outcome: 'skipped', reason: obstacle }]
    const fresh = work.stages.map((stage) => (stage.type === 'train' ? stage.training.carry() : null))
    const checks: ReceiptCheck[] = []
    for (const replay of replays) {
      reporter.progress(`step ${replay.line.step} of ${replay.line.stage} again`)
      const earlier = lines.filter(
        ({ stageIndex, step }) => stageIndex === replay.line.stageIndex && step < replay.line.step,
      )
      const watchdog = new Watchdog(recipe.watchdog, earlier)
      const metrics = await takeAgain(replay, { work, fresh, watchdog, reporter, signal })
      checks.push(compare(replay.line, metrics))
    }
    return checks
  } finally {
    await work.close()
  }
}

/** Bits are comparable between equal kernels and programs only. */
function whyNotComparable(run: RunDirectory, { model: { engine } }: OpenWork): string | null {
  if (engine.capabilities().isReproducible === false) return 'the engine does not give the same step the same bits'
  const [was, is] = [run.readStatus()!.versions, versions(engine.capabilities())]
  const names = Object.keys(is).filter((name) => name !== 'threads' && was[name] !== is[name])
  return names.length === 0 ? null : names.map((name) => `${name} was ${was[name]}, is ${is[name]}`).join('; ')
}

interface ReplayContext extends Pick<ReplayOptions, 'reporter' | 'signal'> {
  readonly work: OpenWork
  /** What each stage carries before its first step. */
  readonly fresh: readonly unknown[]
  /** Knows the steps before. */
  readonly watchdog: Watchdog
}

async function takeAgain(
  { line, from }: Replay,
  { work, fresh, watchdog, reporter, signal }: ReplayContext,
): Promise<Record<string, number>> {
  const stage = work.stages[line.stageIndex]
  if (stage.type !== 'train') throw new Error(`stage ${line.stage} takes no steps`)
  const before = from?.manifest?.position ?? beginning
  if (from) await work.model.engine.loadState(from.directory)
  stage.training.restore(fresh[line.stageIndex])
  await enterStage(stage, line.stageIndex, before, work.model.engine)
  const taken = await stage.training.runStep(line.step, signal, watchdog.guard())
  const metrics = { ...taken, ...(await evaluateDuring(stage, line.step, reporter, signal)) }
  const found = watchdog.inspect(metrics).map(({ name }) => [`watchdog/${name}`, 1])
  return { ...metrics, ...(Object.fromEntries(found) as Record<string, number>) }
}

function compare(line: StepLogLine, metrics: Readonly<Record<string, number>>): ReceiptCheck {
  const what = `step ${line.step} of ${line.stage}`
  const finite = Object.entries(metrics).filter(([, value]) => Number.isFinite(value))
  const was = deterministicFields(line).metrics as Record<string, number>
  const is = deterministicFields({ ...line, metrics: Object.fromEntries(finite) }).metrics as Record<string, number>
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((name) => was[name] !== is[name])
  if (names.length === 0) return { what, outcome: 'same' }
  return { what, outcome: 'differs', reason: names.map((name) => `${name}: ${was[name]} → ${is[name]}`).join(', ') }
}
