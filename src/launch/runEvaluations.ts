import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunDirectory } from '../checkpoint/RunDirectory.js'
import { evaluate } from '../eval/evaluate.js'
import type { AnsweredExample, EvalResult } from '../eval/EvalResult.js'
import { officialPredictions } from '../eval/officialPredictions.js'
import type { PreparedEvaluation } from './PreparedStage.js'
import type { RunReporter } from './RunReporter.js'

/** An evaluation and the answers behind it. */
export interface FinishedEvaluation {
  readonly result: EvalResult
  readonly answered: readonly AnsweredExample[]
}

/**
 * Evaluates and writes eval/<stage>-<data>.json, its answers (.jsonl) and, where answers are programs, the predictions
 * in the official format. What an earlier attempt of the run has finished is read back: the weights are the same.
 */
export async function runEvaluations(
  evaluations: readonly PreparedEvaluation[],
  run: RunDirectory,
  reporter: RunReporter,
  signal: AbortSignal,
): Promise<FinishedEvaluation[]> {
  const finished: FinishedEvaluation[] = []
  for (const evaluation of evaluations) {
    const { stage, data } = evaluation
    const name = `eval/${stage}-${data}`
    const evaluationRun = (await readBack(run, name)) ?? (await evaluateNow(evaluation, run, name, reporter, signal))
    reporter.evaluated(evaluationRun.result)
    finished.push(evaluationRun)
  }
  return finished
}

async function evaluateNow(
  evaluation: PreparedEvaluation,
  run: RunDirectory,
  name: string,
  reporter: RunReporter,
  signal: AbortSignal,
): Promise<FinishedEvaluation> {
  const { stage, data } = evaluation
  const onProgress = ({ answered, of, tokens }: { answered: number; of: number; tokens: number }) =>
    reporter.progress(`${stage}  ${data}  ${answered}/${of} answered  ${tokens} tokens`)
  const done = await evaluate({ ...evaluation, signal, onProgress })
  await run.writeJsonLines(`${name}.jsonl`, done.answered)
  const sums = { result: sha256Of(done.result), answered: sha256Of(done.answered) }
  if (evaluation.answer === 'program')
    await run.writeJson(`${name}.predictions.json`, officialPredictions(done.answered))
  await run.writeJson(`${name}.json`, done.result)
  await run.writeJson(`${name}.sums`, sums) // last: its presence says that the others are whole
  return done
}

/** What an earlier attempt finished; null where it did not, or where a file is no longer what was written. */
async function readBack(run: RunDirectory, name: string): Promise<FinishedEvaluation | null> {
  const read = (ending: string) => readFile(join(run.path, `${name}.${ending}`), 'utf8')
  try {
    const sums = JSON.parse(await read('sums')) as { result: string; answered: string }
    const result = JSON.parse(await read('json')) as EvalResult
    const lines = (await read('jsonl')).split('\n').slice(0, -1)
    const answered = lines.map((line) => JSON.parse(line) as AnsweredExample)
    return sums.result === sha256Of(result) && sums.answered === sha256Of(answered) ? { result, answered } : null
  } catch {
    return null
  }
}

function sha256Of(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}
