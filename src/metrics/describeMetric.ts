import { stepMetrics, type StepMetric } from './stepMetrics.js'

/** The entry of a metric, exact names before `…/*` families; undefined for a name this version does not know. */
export function describeMetric(name: string): StepMetric | undefined {
  return stepMetrics[name] ?? stepMetrics[`${name.split('/')[0]}/*`]
}
