import { join } from 'node:path'
import { acquireRunLock } from '../checkpoint/acquireRunLock.js'
import { CheckpointKeeper } from '../checkpoint/CheckpointKeeper.js'
import { RunDirectory } from '../checkpoint/RunDirectory.js'
import type { RunPosition } from '../checkpoint/RunPosition.js'
import type { RunStatus } from '../checkpoint/RunStatus.js'
import { StatusWriter } from '../checkpoint/StatusWriter.js'
import type { StepLogWriter } from '../checkpoint/StepLogWriter.js'
import { canonicalStepLog } from '../metrics/canonicalStepLog.js'
import { readStepLog } from '../metrics/readStepLog.js'
import type { StepLogLine } from '../metrics/StepLogLine.js'
import type { Recipe } from '../recipe/Recipe.js'
import { continueLogs } from './continueLogs.js'
import { enterStage } from './enterStage.js'
import { evaluateDuring } from './evaluateDuring.js'
import { findResumePoint, type ResumePoint } from './findResumePoint.js'
import { openRunLogs, type RunLogs } from './openRunLogs.js'
import { openWork, type OpenWork } from './openWork.js'
import { outcomeOf } from './outcomeOf.js'
import type { PreparedStage } from './PreparedStage.js'
import { readOutcome } from './readOutcome.js'
import type { RecipeChange } from './RecipeChange.js'
import { codeIdentity } from './receipt/codeIdentity.js'
import { makeReceipt } from './receipt/makeReceipt.js'
import { requireResumable, type ResumeMode } from './requireResumable.js'
import { resultRows } from './resultRows.js'
import { runCauseOf } from './runCauseOf.js'
import { runEvaluations, type FinishedEvaluation } from './runEvaluations.js'
import { runLedger } from './runLedger.js'
import { runLog } from './runLog.js'
import { runRecipeText } from './runRecipeText.js'
import type { RunOutcome, RunReporter } from './RunReporter.js'
import { saveStageModel } from './saveStageModel.js'
import { StepMeters } from './StepMeters.js'
import { trainStage } from './trainStage.js'
import { Watchdog } from './watchdog/Watchdog.js'
import { versions } from './versions.js'

export interface RunOptions {
  /** Default: <output>/<name>. */
  readonly runDirectory?: string
  readonly resume: ResumeMode
  /** Stop, checkpointed, after so many optimizer steps in all. */
  readonly maxSteps?: number
  readonly reporter: RunReporter
  readonly signal: AbortSignal
}

/**
 * Carries out a recipe's stages in order: everything is opened and checked first, then the run directory is made, then
 * stage follows stage, each step logged and checkpointed; run.json says how it stands and why it stopped.
 *
 * @throws InputError before anything is written, RunLockedError too; StopRequested after a signal, checkpointed; any other
 *   error with run.json's status `failed` and its cause
 */
export async function runRecipe(recipe: Recipe, options: RunOptions): Promise<RunOutcome> {
  const run = new RunDirectory(options.runDirectory ?? join(recipe.output, recipe.name))
  const resumption = requireResumable(run, recipe, options.resume)
  if (resumption.type === 'done') return readOutcome(run)
  const reporter = runLog(run.path, options.reporter, { run: recipe.name, level: recipe.log.level })
  const warn = (message: string) => reporter.warn(message)
  const begins = resumption.type === 'begin'
  let release = begins ? null : await acquireRunLock(run.path, warn)
  try {
    const stageNames = recipe.stages.map(({ name }) => name)
    const point = await findResumePoint(run, stageNames, reporter)
    const logs = openRunLogs(run, recipe, point)
    const work = await openWork(recipe, reporter, { ...logs, signal: options.signal })
    try {
      if (begins) {
        await run.create()
        release = await acquireRunLock(run.path, warn)
        requireResumable(run, recipe, 'never') // another process may have been faster
        await run.writeRecipe(runRecipeText(recipe))
      }
      const changes = begins ? [] : resumption.changes
      return await carryOut(recipe, { run, work, point, logs, changes }, { ...options, reporter })
    } finally {
      await work.close()
    }
  } finally {
    await release?.()
  }
}

/** A run with everything open. */
interface OpenRun {
  readonly run: RunDirectory
  readonly work: OpenWork
  readonly point: ResumePoint
  readonly logs: RunLogs
  readonly changes: readonly RecipeChange[]
}

async function carryOut(recipe: Recipe, open: OpenRun, options: RunOptions): Promise<RunOutcome> {
  const { run, work, point, logs } = open
  const before = run.readStatus()
  const training = work.stages.filter((stage) => stage.type === 'train')
  const stepsTotal = training.reduce((sum, stage) => sum + stage.training.totalSteps, 0)
  const inputs = {
    model: work.modelIdentity,
    data: work.data.files,
    versions: versions(work.model.engine.capabilities()),
  }
  const isReproducible = work.model.engine.capabilities().isReproducible ?? true
  const { log, attempt } = await continueLogs(recipe, { ...open, inputs, isReproducible }, options.reporter)
  const peakFlops = (await work.model.engine.peakFlops?.()) ?? null
  const startedAt = before?.startedAt ?? new Date().toISOString()
  const meters = new StepMeters({
    before: linesBefore(run, point.position),
    startedAt: Date.parse(startedAt),
    flops: work.flops,
    peakFlops,
  })
  const ledger = () => runLedger(run, recipe, { startedAt, attempt, peakFlops })
  const status = new StatusWriter(run, {
    status: 'running',
    stage: before?.stage ?? work.stages[0].spec.name,
    step: before?.step ?? 0,
    stepsTotal,
    stages: work.stages.map(stageStatus),
    attempt,
    startedAt,
    ...inputs,
    code: codeIdentity(),
    verifier: verifierOf(work.stages),
  })
  const checkpoints = new CheckpointKeeper({
    runDirectory: run.path,
    engine: work.model.engine,
    stageNames: recipe.stages.map(({ name }) => name),
    retention: recipe.checkpoint,
    inputs,
    extents: () => ({ stepLog: log.extent, verdicts: logs.verdicts.extent }),
    saved: point.position,
  })
  try {
    await status.update({})
    const outcome = await runStages(
      recipe,
      { run, work, point, log, checkpoints, meters, attempt },
      options,
      (stage, step) => status.update({ stage, step }),
    )
    if (outcome.complete) await run.writeJson('receipt.json', { ...(await makeReceipt(run)), status: 'done' })
    const end = outcome.complete
      ? ({ status: 'done' } as const)
      : ({ status: 'interrupted', cause: 'max_steps' } as const)
    const account = ledger()
    await status.update({ ...end, ledger: account })
    return { ...outcome, ledger: account }
  } catch (error) {
    await checkpoints.settle().catch(() => {}) // the first error is what to say
    const end = options.signal.aborted ? ({ status: 'interrupted', cause: 'signal' } as const) : failure(error)
    // On a full disk or with a damaged log the error itself is what to say.
    await status.update(end).catch(() => {})
    await Promise.resolve()
      .then(() => status.update({ ledger: ledger() }))
      .catch(() => {})
    throw error
  } finally {
    await status.close()
    log.close()
    logs.verdicts.close()
  }
}

/** Of the stage that the position is in, canonically. */
function stageLinesBefore(run: RunDirectory, position: RunPosition): readonly StepLogLine[] {
  return canonicalStepLog(linesBefore(run, position)).filter(({ stageIndex }) => stageIndex === position.stageIndex)
}

/** What the log says of the steps before the place where the run goes on. */
function linesBefore(run: RunDirectory, { stageIndex, step }: RunPosition): readonly StepLogLine[] {
  const { lines } = readStepLog(run.stepLogPath)
  return lines.filter((line) => line.stageIndex < stageIndex || (line.stageIndex === stageIndex && line.step <= step))
}

function failure(error: unknown): Pick<RunStatus, 'status' | 'cause' | 'message'> {
  return { status: 'failed', cause: runCauseOf(error), message: (error as Error).message }
}

function verifierOf(stages: readonly PreparedStage[]): string | undefined {
  return stages.map((stage) => (stage.type === 'train' ? stage.verifier : undefined)).find(Boolean)
}

function stageStatus(stage: PreparedStage): NonNullable<RunStatus['stages']>[number] {
  const { name, type } = stage.spec
  return { name, type, steps: stage.type === 'train' ? stage.training.totalSteps : 0 }
}

interface RunningRun {
  readonly run: RunDirectory
  readonly work: OpenWork
  readonly point: ResumePoint
  readonly log: StepLogWriter
  readonly checkpoints: CheckpointKeeper
  readonly meters: StepMeters
  readonly attempt: number
}

async function runStages(
  recipe: Recipe,
  { run, work, point, log, checkpoints, meters, attempt }: RunningRun,
  options: RunOptions,
  onPosition: (stage: string, globalStep: number) => Promise<void>,
): Promise<RunOutcome & { complete: boolean }> {
  const { reporter, signal, maxSteps } = options
  const finished: FinishedEvaluation[] = []
  let position = await load(point, work, reporter)

  for (const [stageIndex, stage] of work.stages.entries()) {
    signal.throwIfAborted()
    if (stage.type === 'eval') {
      finished.push(...(await runEvaluations(stage.evaluations, run, reporter, signal)))
      continue
    }
    if (stageIndex < position.stageIndex) continue
    if (stageIndex === position.stageIndex && position.step === stage.training.totalSteps) continue
    position = await enterStage(stage, stageIndex, position, work.model.engine)
    position = await trainStage({
      engine: work.model.engine,
      stage: stage.training,
      name: stage.spec.name,
      stageIndex,
      from: position,
      run: { name: recipe.name, attempt },
      log,
      checkpoints,
      meters,
      watchdog: new Watchdog(recipe.watchdog, stageLinesBefore(run, position)),
      onFinding: (step, { name, message }) => reporter.warn(`${stage.spec.name} ${step}: ${name}: ${message}`),
      due: recipe.checkpoint,
      maxGlobalStep: maxSteps ?? null,
      signal,
      afterStep: (step) => evaluateDuring(stage, step, reporter, signal),
      onStep: async (line) => {
        const { totalSteps } = stage.training
        reporter.step(line, { totalSteps })
        await onPosition(line.stage, line.globalStep)
        if (line.step === totalSteps) {
          await saveStageModel(work.model.engine, join(run.path, stage.spec.name, 'model'))
        }
      },
    })
    if (!position.stageDone) {
      reporter.say(`stopped after ${position.globalStep} steps (--max-steps), checkpointed; go on with --resume=auto`)
      return { ...outcomeOf(run, finished), complete: false }
    }
  }
  const outcome = outcomeOf(run, finished)
  await run.writeJson('result.json', resultRows(recipe, outcome))
  return { ...outcome, complete: true }
}

/** Loads the checkpoint that the run goes on from, where there is one. */
async function load(
  { directory, position }: ResumePoint,
  { model }: OpenWork,
  reporter: RunReporter,
): Promise<RunPosition> {
  if (directory === null) return position
  await model.engine.loadState(directory)
  reporter.say(`resuming ${position.stage} after step ${position.step} (${directory})`)
  return position
}
