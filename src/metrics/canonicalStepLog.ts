import type { StepLogLine } from './StepLogLine.js'

/** The log without the steps that a resume ran again: the last line of each (stageIndex, step), in order. */
export function canonicalStepLog(lines: readonly StepLogLine[]): StepLogLine[] {
  const last = new Map<string, StepLogLine>()
  for (const line of lines) last.set(`${line.stageIndex}/${line.step}`, line)
  return [...last.values()].sort((a, b) => a.stageIndex - b.stageIndex || a.step - b.step)
}
