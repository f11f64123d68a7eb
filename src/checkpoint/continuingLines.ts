import type { StepLogLine } from '../metrics/StepLogLine.js'

/**
 * The lines of a step log behind its first `from` bytes, as far as each goes on from the one before: the next step, or
 * (after a resume) a step that was already there. What follows a line that is damaged or out of order is not believed.
 *
 * @returns the lines behind `from`, the last line of all, and where it ends
 */
export function continuingLines(
  log: Buffer,
  from: number,
): { readonly lines: readonly StepLogLine[]; readonly last: StepLogLine | null; readonly wholeBytes: number } {
  const lines: StepLogLine[] = []
  let last = lastLine(log, from)
  let highest = last
  const lowest = last?.globalStep ?? 0
  let at = Math.min(from, log.length)
  for (;;) {
    const end = log.indexOf(0x0a, at)
    const line = end < 0 ? null : parse(log.toString('utf8', at, end))
    if (!line || !follows(line, last, lowest, highest?.globalStep ?? 0)) return { lines, last, wholeBytes: at }
    lines.push(line)
    last = line
    if (!highest || line.globalStep > highest.globalStep) highest = line
    at = end + 1
  }
}

function lastLine(log: Buffer, end: number): StepLogLine | null {
  if (end === 0) return null
  return parse(log.toString('utf8', log.lastIndexOf(0x0a, end - 2) + 1, end - 1))
}

function follows(line: StepLogLine, last: StepLogLine | null, lowest: number, highest: number): boolean {
  const before = last ?? { stageIndex: -1, step: 0, globalStep: 0, attempt: 1 }
  if (line.attempt > before.attempt) return line.globalStep > lowest && line.globalStep <= highest + 1
  const nextOfStage = line.stageIndex === before.stageIndex && line.step === before.step + 1
  const nextStage = line.stageIndex > before.stageIndex && line.step === 1
  return line.globalStep === before.globalStep + 1 && (nextOfStage || nextStage)
}

function parse(text: string): StepLogLine | null {
  try {
    const line = JSON.parse(text) as StepLogLine
    return line.schema === 'fintune.step/1' && typeof line.metrics === 'object' ? line : null
  } catch {
    return null
  }
}
