import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { latestCheckpoint } from '../checkpoint/latestCheckpoint.js'
import { RunDirectory } from '../checkpoint/RunDirectory.js'
import type { RunPosition } from '../checkpoint/RunPosition.js'
import type { RunStatus } from '../checkpoint/RunStatus.js'
import { StatusWriter } from '../checkpoint/StatusWriter.js'
import { StepLogWriter } from '../checkpoint/StepLogWriter.js'
import { InputError } from '../lib/InputError.js'
import type { Recipe } from '../recipe/Recipe.js'
import { completionRecords } from './completionRecords.js'
import { evaluateDuring } from './evaluateDuring.js'
import { openWork, type OpenWork } from './openWork.js'
import { outcomeOf } from './outcomeOf.js'
import type { PreparedStage } from './PreparedStage.js'
import { readOutcome } from './readOutcome.js'
import { requireResumable, type ResumeMode } from './requireResumable.js'
import { resultRows } from './resultRows.js'
import { runCauseOf } from './runCauseOf.js'
import { runEvaluations, type FinishedEvaluation } from './runEvaluations.js'
import type { RunOutcome, RunReporter } from './RunReporter.js'
import { trainStage } from './trainStage.js'
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
 * @throws InputError before anything is written; StopRequested after a signal, checkpointed; any other error with
 *   run.json's status `failed` and its cause
 */
export async function runRecipe(recipe: Recipe, options: RunOptions): Promise<RunOutcome> {
  const run = new RunDirectory(options.runDirectory ?? join(recipe.output, recipe.name))
  const mode = requireResumable(run, recipe, options.resume)
  if (mode === 'done') return readOutcome(run)
  const onRollouts: OpenWork['context']['onRollouts'] = (stage, step, rollouts) =>
    run.appendCompletions(stage, completionRecords(stage, step, rollouts, recipe.log.completionsPerStep))
  const work = await openWork(recipe, options.reporter, onRollouts)
  try {
    if (mode === 'begin') await run.create(stringify(JSON.parse(JSON.stringify(recipe))))
    else requireSameData(run, work)
    return await carryOut(recipe, run, work, options)
  } finally {
    await work.close()
  }
}

async function carryOut(recipe: Recipe, run: RunDirectory, work: OpenWork, options: RunOptions): Promise<RunOutcome> {
  const before = run.readStatus()
  const training = work.stages.filter((stage) => stage.type === 'train')
  const stepsTotal = training.reduce((sum, stage) => sum + stage.training.totalSteps, 0)
  const attempt = (before?.attempt ?? 0) + 1
  const log = new StepLogWriter(run.stepLogPath)
  const status = new StatusWriter(run, {
    status: 'running',
    stage: before?.stage ?? work.stages[0].spec.name,
    step: before?.step ?? 0,
    stepsTotal,
    stages: work.stages.map(stageStatus),
    attempt,
    startedAt: before?.startedAt ?? new Date().toISOString(),
    versions: versions(work.model.engine.capabilities()),
    data: work.data.files,
    model: work.modelIdentity,
  })
  await status.update({})
  try {
    const outcome = await runStages(recipe, run, work, options, log, attempt, (stage, step) =>
      status.update({ stage, step }),
    )
    await status.update(outcome.complete ? { status: 'done' } : { status: 'interrupted', cause: 'max_steps' })
    return outcome
  } catch (error) {
    const end = options.signal.aborted ? ({ status: 'interrupted', cause: 'signal' } as const) : failure(error)
    await status.update(end).catch(() => {}) // on a full disk the error itself is what to say
    throw error
  } finally {
    await status.close()
    log.close()
  }
}

function failure(error: unknown): Pick<RunStatus, 'status' | 'cause' | 'message'> {
  return { status: 'failed', cause: runCauseOf(error), message: (error as Error).message }
}

function stageStatus(stage: PreparedStage): NonNullable<RunStatus['stages']>[number] {
  const { name, type } = stage.spec
  return { name, type, steps: stage.type === 'train' ? stage.training.totalSteps : 0 }
}

async function runStages(
  recipe: Recipe,
  run: RunDirectory,
  work: OpenWork,
  options: RunOptions,
  log: StepLogWriter,
  attempt: number,
  onPosition: (stage: string, globalStep: number) => Promise<void>,
): Promise<RunOutcome & { complete: boolean }> {
  const { reporter, signal, maxSteps } = options
  const stageNames = recipe.stages.map(({ name }) => name)
  const finished: FinishedEvaluation[] = []
  let position = await resumePoint(run, stageNames, work, reporter)

  for (const [stageIndex, stage] of work.stages.entries()) {
    signal.throwIfAborted()
    if (stage.type === 'eval') {
      finished.push(...(await runEvaluations(stage.evaluations, run, reporter, signal)))
      continue
    }
    if (stageIndex < position.stageIndex || (stageIndex === position.stageIndex && position.stageDone)) continue
    position = await enterStage(stage, stageIndex, position, work)
    position = await trainStage({
      engine: work.model.engine,
      stage: stage.training,
      name: stage.spec.name,
      stageIndex,
      stageNames,
      from: position,
      run: { name: recipe.name, directory: run.path, attempt },
      log,
      checkpoint: recipe.checkpoint,
      maxGlobalStep: maxSteps ?? null,
      signal,
      afterStep: (step) => evaluateDuring(stage, step, reporter, signal),
      onStep: async (line) => {
        const { totalSteps } = stage.training
        reporter.step(line, { totalSteps })
        await onPosition(line.stage, line.globalStep)
        if (line.step === totalSteps) await saveModel(work, join(run.path, stage.spec.name, 'model'))
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

/** A stage's beginning (a fresh optimizer, the reference frozen) or the place within it where a checkpoint left off. */
async function enterStage(
  stage: Extract<PreparedStage, { type: 'train' }>,
  stageIndex: number,
  position: RunPosition,
  { model }: OpenWork,
): Promise<RunPosition> {
  if (position.stageIndex === stageIndex) {
    stage.training.restore(position.carry)
    return position
  }
  await model.engine.resetOptimizer()
  if (stage.needsReference) await model.engine.setReference()
  const { globalStep } = position
  return { stageIndex, stage: stage.spec.name, step: 0, globalStep, stageDone: false, carry: stage.training.carry() }
}

/** The last whole checkpoint, loaded into the engine; before the first stage where there is none. */
async function resumePoint(
  run: RunDirectory,
  stageNames: readonly string[],
  { model }: OpenWork,
  reporter: RunReporter,
): Promise<RunPosition> {
  const latest = await latestCheckpoint(run.path, stageNames, (message) => reporter.warn(message))
  if (!latest) return { stageIndex: -1, stage: '', step: 0, globalStep: 0, stageDone: true, carry: null }
  await model.engine.loadState(latest.directory)
  const { position } = latest.manifest
  reporter.say(`resuming ${position.stage} after step ${position.step} (${latest.directory})`)
  return position
}

/** Weights for others to load, written whole or not at all, before the checkpoint that says the stage is done. */
async function saveModel({ model }: OpenWork, directory: string): Promise<void> {
  const temporary = `${directory}.tmp`
  await rm(temporary, { recursive: true, force: true })
  await mkdir(temporary, { recursive: true })
  await model.engine.saveWeights(temporary)
  await rm(directory, { recursive: true, force: true })
  await rename(temporary, directory)
}

function requireSameData(run: RunDirectory, work: OpenWork): void {
  const before = new Map(run.readStatus()?.data.map(({ path, sha256 }) => [path, sha256]))
  const changed = work.data.files.filter(({ path, sha256 }) => (before.get(path) ?? sha256) !== sha256)
  if (changed.length === 0) return
  throw new InputError(
    `${run.path} was begun with other data: ${changed.map(({ path }) => path).join(', ')} changed since. ` +
      'Put the files back, or start a run of its own with --run-dir DIR.',
  )
}
