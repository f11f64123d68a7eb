import { evaluate } from '../eval/evaluate.js'
import type { PreparedStage } from './PreparedStage.js'
import type { RunReporter } from './RunReporter.js'

/**
 * The evaluation that is due after a training step, as metrics `eval/<score>` (the mean over the data sources) and, with
 * several sources, `eval/<data>/<score>`; nothing where none is due.
 */
export async function evaluateDuring(
  { evaluate: periodic }: Extract<PreparedStage, { type: 'train' }>,
  step: number,
  reporter: RunReporter,
  signal: AbortSignal,
): Promise<Record<string, number>> {
  if (!periodic || step % periodic.everySteps !== 0) return {}
  const metrics: Record<string, number> = {}
  const { evaluations } = periodic
  for (const evaluation of evaluations) {
    reporter.progress(`evaluating on ${evaluation.data}`)
    const { result } = await evaluate({ ...evaluation, signal })
    for (const name of Object.keys(result.ci95)) {
      const value = result[name as 'execution_accuracy']
      metrics[`eval/${name}`] = (metrics[`eval/${name}`] ?? 0) + value / evaluations.length
      if (evaluations.length > 1) metrics[`eval/${evaluation.data}/${name}`] = value
    }
  }
  return metrics
}
