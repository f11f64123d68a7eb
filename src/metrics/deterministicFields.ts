import type { StepLogLine } from './StepLogLine.js'
import { describeMetric } from './describeMetric.js'

/** What of a line the same recipe and seed must reproduce: everything but attempt, times and speeds. */
export function deterministicFields(line: StepLogLine): Record<string, unknown> {
  const metrics = Object.entries(line.metrics).filter(([name]) => describeMetric(name)?.deterministic === true)
  const { stage, stageIndex, step, globalStep } = line
  return { stage, stageIndex, step, globalStep, metrics: Object.fromEntries(metrics) }
}
