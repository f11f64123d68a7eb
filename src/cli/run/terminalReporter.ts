import type { RunReporter } from '../../launch/RunReporter.js'
import { progressLine } from '../../lib/progressLine.js'
import { stepText } from './stepText.js'

/** Tells people at stderr how a run goes: a live line on a terminal, plain lines elsewhere. */
export function terminalReporter(): RunReporter & { close(): void; readonly rewards: readonly number[] } {
  const line = progressLine()
  const rewards: number[] = []
  const stages = new Map<string, { seconds: number; steps: number }>()
  return {
    rewards,
    say: (message) => line.log(message),
    warn: (message) => line.log(`warning: ${message}`),
    progress: (text) => line.update(text),
    step: (entry, { totalSteps }) => {
      const spent = stages.get(entry.stage) ?? { seconds: 0, steps: 0 }
      stages.set(entry.stage, spent)
      spent.seconds += entry.metrics['step_time'] ?? 0
      spent.steps++
      if (entry.metrics['reward'] !== undefined) rewards.push(entry.metrics['reward'])
      const left = (spent.seconds / spent.steps) * (totalSteps - entry.step)
      const text = stepText(entry, totalSteps, left)
      if (entry.step === totalSteps) line.log(text)
      else line.update(text)
    },
    evaluated: ({ stage, data, n, execution_accuracy: accuracy, ci95, seconds }) => {
      const [low, high] = ci95['execution_accuracy'].map((share) => (100 * share).toFixed(1))
      const score = `${(100 * accuracy).toFixed(1)} % execution accuracy (${low} to ${high})`
      line.log(`${stage}  ${data}  ${score}  ${n} examples  ${seconds.toFixed(0)} s`)
    },
    close: () => line.close(),
  }
}
