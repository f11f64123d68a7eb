import { isDeepStrictEqual } from 'node:util'
import type { CheckpointKeeper } from '../checkpoint/CheckpointKeeper.js'
import type { RunPosition } from '../checkpoint/RunPosition.js'
import type { StepLogWriter } from '../checkpoint/StepLogWriter.js'
import type { Engine } from '../engine/Engine.js'
import type { StepGuard } from '../engine/StepGuard.js'
import type { StepMeters } from './StepMeters.js'
import { UnknownShareError } from '../grpo/UnknownShareError.js'
import type { StepLogLine } from '../metrics/StepLogLine.js'
import type { TrainingStage } from '../rollout/TrainingStage.js'
import type { Finding } from './watchdog/Finding.js'
import type { Watchdog } from './watchdog/Watchdog.js'
import { WatchdogError } from './watchdog/WatchdogError.js'
import { LossNotFiniteError } from '../lib/LossNotFiniteError.js'

export interface TrainStageOptions {
  readonly engine: Engine
  readonly stage: TrainingStage
  readonly name: string
  readonly stageIndex: number
  /** Where to go on: step 0 at the stage's beginning. */
  readonly from: RunPosition
  readonly run: { readonly name: string; readonly attempt: number }
  readonly log: StepLogWriter
  readonly checkpoints: CheckpointKeeper
  readonly meters: StepMeters
  readonly watchdog: Watchdog
  /** Hears what the watchdog found, before the reaction to it. */
  readonly onFinding: (step: number, finding: Finding) => void
  readonly due: { readonly everySteps: number; readonly everyMinutes: number | null }
  /** Stops the run (not the stage) after this many global steps; null: no limit. */
  readonly maxGlobalStep: number | null
  readonly signal: AbortSignal
  /** Further metrics of a step, e.g. an evaluation that is due. */
  readonly afterStep: (step: number) => Promise<Record<string, number>>
  readonly onStep: (line: StepLogLine) => Promise<void>
}

/**
 * Drives a stage step by step: every step is logged, then checkpointed where that is due (and always at the end).
 * When the signal comes, the step in flight is dropped, the last finished one checkpointed (with the rollouts that are
 * finished), and the signal's reason thrown. So it is where a loss is not finite or the watchdog says stop.
 *
 * @returns where the stage stands; stageDone is false where maxGlobalStep stopped it short
 */
export async function trainStage(options: TrainStageOptions): Promise<RunPosition> {
  const { stage, signal, engine, checkpoints, due } = options
  let position = options.from
  let metrics: Readonly<Record<string, number>> = {}
  let tokensBefore = position.step === 0 ? 0 : NaN
  let checkpointSeconds = NaN

  /** Work that a signal or numbers that are none may cut off: what was finished before it is checkpointed. */
  async function interruptible<T>(work: Promise<T>): Promise<T> {
    try {
      return await work
    } catch (error) {
      await engine.dropGradients()
      if (signal.aborted || isNotFinite(error) || error instanceof UnknownShareError) {
        const carry = stage.carry()
        if (!isDeepStrictEqual(carry, position.carry)) position = { ...position, carry }
        await checkpoints.save(position, metrics, { wait: true })
      }
      throw error
    }
  }

  const stopsHere = () => options.maxGlobalStep !== null && position.globalStep >= options.maxGlobalStep
  while (position.unlogged || (position.step < stage.totalSteps && !stopsHere())) {
    options.meters.begin()
    if (!position.unlogged) position = await interruptible(takeStep(position, stage, signal, options.watchdog.guard()))
    const measured = options.meters.end(position.unlogged?.['step_time'] ?? 0)
    const evaluated = await interruptible(timed('time/evaluate_s', options.afterStep(position.step)))
    metrics = {
      ...position.unlogged,
      ...measured,
      ...evaluated,
      ...throughput(position.unlogged ?? {}, tokensBefore),
      'time/checkpoint_s': checkpointSeconds, // of the checkpoint before this step: its own comes after its line
    }
    const findings = options.watchdog.inspect(metrics)
    metrics = known({ ...metrics, ...Object.fromEntries(findings.map(({ name }) => [`watchdog/${name}`, 1])) })
    for (const finding of findings) options.onFinding(position.step, finding)
    const stop = findings.find(({ reaction }) => reaction === 'stop')
    tokensBefore = metrics['num_tokens']
    position = { ...position, unlogged: undefined }
    const line = logLine(options, position, metrics)
    options.log.append(line)
    await options.onStep(line)
    checkpoints.throwIfFailed()
    const overdue = due.everyMinutes !== null && checkpoints.ageMs >= due.everyMinutes * 60_000
    const best = checkpoints.isBestEvaluation(metrics)
    const last = position.stageDone || stopsHere() || signal.aborted || stop !== undefined
    const isDue = position.step % due.everySteps === 0 || overdue || best
    const started = performance.now()
    if (isDue || last) await checkpoints.save(position, metrics, { wait: last })
    checkpointSeconds = isDue || last ? (performance.now() - started) / 1000 : NaN
    signal.throwIfAborted()
    if (stop) throw new WatchdogError(options.name, position.step, stop)
  }
  return position
}

/** A value that isn't known is absent. */
function known(metrics: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(metrics).filter(([, value]) => Number.isFinite(value)))
}

/** By code where it comes from another thread. */
function isNotFinite(error: unknown): boolean {
  return error instanceof LossNotFiniteError || (error as { code?: unknown }).code === 'ERR_NOT_FINITE'
}

/** Metrics with the time they took; nothing where there are none. */
async function timed(name: string, work: Promise<Record<string, number>>): Promise<Record<string, number>> {
  const started = performance.now()
  const metrics = await work
  return Object.keys(metrics).length === 0 ? metrics : { ...metrics, [name]: (performance.now() - started) / 1000 }
}

/** Tokens a second of wall time; not known for the first step after a resume. */
function throughput(metrics: Readonly<Record<string, number>>, tokensBefore: number): Record<string, number> {
  return { 'throughput/tokens_per_s': (metrics['num_tokens'] - tokensBefore) / metrics['step_time'] }
}

/** One optimizer step; the position after it, with its metrics still to be logged. */
async function takeStep(
  before: RunPosition,
  stage: TrainingStage,
  signal: AbortSignal,
  guard: StepGuard,
): Promise<RunPosition> {
  const started = performance.now()
  const step = before.step + 1
  const metrics = await stage.runStep(step, signal, guard)
  return {
    ...before,
    step,
    globalStep: before.globalStep + 1,
    stageDone: step === stage.totalSteps,
    carry: stage.carry(),
    unlogged: { ...metrics, step_time: (performance.now() - started) / 1000 },
  }
}

function logLine(
  options: TrainStageOptions,
  position: RunPosition,
  metrics: Readonly<Record<string, number>>,
): StepLogLine {
  return {
    schema: 'fintune.step/1',
    run: options.run.name,
    attempt: options.run.attempt,
    stage: options.name,
    stageIndex: options.stageIndex,
    step: position.step,
    globalStep: position.globalStep,
    time: new Date().toISOString(),
    metrics,
  }
}
