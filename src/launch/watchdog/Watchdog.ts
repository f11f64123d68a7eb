import type { StepGuard } from '../../engine/StepGuard.js'
import type { StepLogLine } from '../../metrics/StepLogLine.js'
import type { Recipe } from '../../recipe/Recipe.js'
import type { Finding } from './Finding.js'
import { sum } from '../../lib/sum.js'

/** Steps whose median is the usual, and how many of them it takes to speak of one. */
const WINDOW = 50
const FEWEST = 5
/** So many updates left out in a row, and leaving them out has not helped: the weights themselves are gone. */
const HOPELESS = 5

type Metrics = Readonly<Record<string, number>>

/**
 * Watches a stage's steps. What it knows comes from the step log alone, so that a run that was stopped and resumed reacts as
 * the unbroken one would; only the time of a step is the machine's.
 */
export class Watchdog {
  #gradNorms: number[] = []
  /** Of steps that sampled their batch, and of those that only trained on one (updatesPerBatch): not to be compared. */
  #stepTimes: Record<'sampled' | 'trained', number[]> = { sampled: [], trained: [] }
  #rewards: number[] = []
  #bestReward = -Infinity
  #notFiniteInARow = 0

  /** @param before the stage's canonical lines up to where it goes on */
  constructor(
    private readonly options: Recipe['watchdog'],
    before: readonly StepLogLine[],
  ) {
    for (const { metrics } of before) this.#learn(metrics)
    this.#stepTimes = { sampled: [], trained: [] } // another process, perhaps another machine
  }

  /** Which updates the next step is to leave out. */
  guard(): StepGuard {
    const { gradientSpike, notFinite } = this.options
    const skipAbove = gradientSpike.reaction === 'skip' ? this.#spikeFrom() : Infinity
    return { skipAbove, skipNotFinite: notFinite === 'skip' }
  }

  /** What is to be said of a step, given its metrics; it then belongs to what is usual. */
  inspect(metrics: Metrics): Finding[] {
    const findings = [this.#notFinite(metrics), this.#spike(metrics), this.#slowStep(metrics)]
    const wasCollapsed = this.#isCollapsed()
    this.#learn(metrics)
    return [...findings, this.#collapse(wasCollapsed)].filter((finding) => finding !== null)
  }

  #notFinite(metrics: Metrics): Finding | null {
    if (metrics['watchdog/not_finite'] === undefined) return null
    const message = 'the loss or its gradient is not finite: the update was left out'
    if (this.#notFiniteInARow + 1 < HOPELESS) return { name: 'not_finite', message, reaction: 'skip' }
    return { name: 'not_finite', message: `${message}, the ${HOPELESS}th in a row`, reaction: 'stop' }
  }

  #spike({ grad_norm: norm, 'watchdog/skipped': skipped }: Metrics): Finding | null {
    const limit = this.#spikeFrom()
    if (!(norm > limit)) return null
    const { reaction, times } = this.options.gradientSpike
    const done = reaction !== 'skip' ? '' : skipped ? ': the update was left out' : ': this engine cannot leave it out'
    const message = `the gradient's norm is ${norm.toPrecision(3)}, more than ${times} times the usual ${(limit / times).toPrecision(3)}${done}`
    return { name: 'gradient_spike', message, reaction }
  }

  #slowStep(metrics: Metrics): Finding | null {
    const seconds = metrics.step_time
    const { times } = this.options.slowStep
    const usual = median(this.#stepTimes[kindOf(metrics)])
    if (!(seconds > times * usual)) return null
    const message = `it took ${seconds.toFixed(1)} s, more than ${times} times the usual ${usual.toFixed(1)} s`
    return { name: 'slow_step', message, reaction: 'warn' }
  }

  /** Said when it happens, not for every step that it lasts. Asked after the step is learned: its reward is in the mean. */
  #collapse(wasCollapsed: boolean): Finding | null {
    const { steps, reaction } = this.options.rewardCollapse
    if (wasCollapsed || !this.#isCollapsed()) return null
    const [now, best] = [this.#meanReward(), this.#bestReward].map((reward) => reward.toFixed(3))
    return {
      name: 'reward_collapse',
      message: `the mean reward of the last ${steps} steps is ${now}; it has been ${best}`,
      reaction,
    }
  }

  #isCollapsed(): boolean {
    return this.#bestReward > 0 && this.#meanReward() < this.options.rewardCollapse.share * this.#bestReward
  }

  /** The norm above which a gradient spikes; Infinity while too few are known to speak of the usual. */
  #spikeFrom(): number {
    const limit = this.options.gradientSpike.times * median(this.#gradNorms)
    return Number.isNaN(limit) || limit === 0 ? Infinity : limit
  }

  #learn(metrics: Metrics): void {
    const { grad_norm: norm, step_time: seconds, reward, 'watchdog/not_finite': notFinite } = metrics
    this.#notFiniteInARow = notFinite === undefined ? 0 : this.#notFiniteInARow + 1
    if (norm !== undefined) this.#gradNorms = [...this.#gradNorms, norm].slice(-WINDOW)
    if (seconds !== undefined) {
      const kind = kindOf(metrics)
      this.#stepTimes[kind] = [...this.#stepTimes[kind], seconds].slice(-WINDOW)
    }
    if (reward === undefined) return
    this.#rewards = [...this.#rewards, reward].slice(-this.options.rewardCollapse.steps)
    const mean = this.#meanReward()
    if (mean > this.#bestReward) this.#bestReward = mean
  }

  /** Over the last steps; NaN while there are too few. */
  #meanReward(): number {
    const { steps } = this.options.rewardCollapse
    if (this.#rewards.length < steps) return NaN
    return sum(this.#rewards) / steps
  }
}

function kindOf(metrics: Metrics): 'sampled' | 'trained' {
  return metrics['time/rollout_s'] === undefined ? 'trained' : 'sampled'
}

/** NaN of too few. */
function median(values: readonly number[]): number {
  if (values.length < FEWEST) return NaN
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}
