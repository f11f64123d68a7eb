import { formatDuration } from '../../lib/formatDuration.js'
import type { StepLogLine } from '../../metrics/StepLogLine.js'

/** A step in one line: stage, step, reward or loss and what goes with it, speed, time left. */
export function stepText({ stage, step, metrics }: StepLogLine, totalSteps: number, secondsLeft: number): string {
  const parts = [`${stage} ${step}/${totalSteps}`]
  const show = (label: string, name: string, digits: number) => {
    if (metrics[name] !== undefined) parts.push(`${label} ${metrics[name].toFixed(digits)}`)
  }
  show('reward', 'reward', 3)
  show('loss', 'loss', 4)
  show('accuracy', 'mean_token_accuracy', 3)
  show('entropy', 'entropy', 3)
  show('kl', 'kl', 4)
  show('length', 'completions/mean_length', 0)
  show('grad', 'grad_norm', 2)
  if (metrics['learning_rate'] !== undefined) parts.push(`lr ${metrics['learning_rate'].toExponential(1)}`)
  show('eval', 'eval/execution_accuracy', 3)
  show('eval loss', 'eval_loss', 4)
  const speed = metrics['throughput/tokens_per_s']
  if (speed !== undefined) parts.push(`${Math.round(speed)} tok/s`)
  if (Number.isFinite(secondsLeft) && step < totalSteps) parts.push(`${formatDuration(secondsLeft * 1000)} left`)
  return parts.join('  ')
}
