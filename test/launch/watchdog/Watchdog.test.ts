import { describe, expect, test } from 'vitest'
import { Watchdog } from '../../../src/launch/watchdog/Watchdog.js'
import type { StepLogLine } from '../../../src/metrics/StepLogLine.js'
import { watchdogSchema } from '../../../src/recipe/schema/watchdogSchema.js'

const options = (given: object = {}) => watchdogSchema.parse(given)

function line(step: number, metrics: Record<string, number>): StepLogLine {
  const where = { run: 'r', attempt: 1, stage: 's', stageIndex: 0, step, globalStep: step, time: '' }
  return { schema: 'fintune.step/1', ...where, metrics }
}

const names = (watchdog: Watchdog, metrics: Record<string, number>) =>
  watchdog.inspect(metrics).map(({ name, reaction }) => `${name}: ${reaction}`)

describe('a gradient spike', () => {
  test('is so many times the median of those before, once five are known', () => {
    const watchdog = new Watchdog(options({ gradientSpike: { times: 10 } }), [])
    for (const norm of [1, 50, 1, 1, 1]) expect(names(watchdog, { grad_norm: norm })).toEqual([])
    expect(names(watchdog, { grad_norm: 10 })).toEqual([]) // median 1: not more than 10
    expect(names(watchdog, { grad_norm: 10.1 })).toEqual(['gradient_spike: warn'])
  })

  test('is what an update is left out for, if the recipe says so', () => {
    const watchdog = new Watchdog(options({ gradientSpike: { times: 4, reaction: 'skip' } }), [])
    expect(watchdog.guard().skipAbove).toBe(Infinity)
    for (let step = 0; step < 5; step++) watchdog.inspect({ grad_norm: 0.5 })
    expect(watchdog.guard()).toEqual({ skipAbove: 2, skipNotFinite: false })
    const [finding] = watchdog.inspect({ grad_norm: 3, 'watchdog/skipped': 1 })
    expect(finding.message).toContain('more than 4 times the usual 0.500: the update was left out')
  })
})

describe('a reward', () => {
  test('has collapsed below the share of its best mean', () => {
    const watchdog = new Watchdog(options({ rewardCollapse: { steps: 2, share: 0.5, reaction: 'stop' } }), [])
    for (const reward of [0, 1, 1]) expect(names(watchdog, { reward })).toEqual([]) // best mean of two: 1
    expect(names(watchdog, { reward: 0 })).toEqual([]) // mean 0.5: not below half
    expect(names(watchdog, { reward: 0.9 })).toEqual(['reward_collapse: stop']) // (0 + 0.9) / 2 = 0.45
    expect(names(watchdog, { reward: 0 })).toEqual([]) // said once,
    expect(names(watchdog, { reward: 2 })).toEqual([]) // until it has recovered
    expect(names(watchdog, { reward: 0 })).toEqual([]) // the best mean is still 1, and so is this one
    expect(names(watchdog, { reward: 0.8 })).toEqual(['reward_collapse: stop'])
  })
})

describe('a slow step', () => {
  test('warns, against this process’s own steps alone', () => {
    const before = [1, 2, 3, 4, 5].map((step) => line(step, { step_time: 0.001 }))
    const watchdog = new Watchdog(options({ slowStep: { times: 3 } }), before)
    for (let step = 0; step < 5; step++) expect(names(watchdog, { step_time: 1 })).toEqual([])
    expect(names(watchdog, { step_time: 3.1 })).toEqual(['slow_step: warn'])
  })

  test('is one among its kind: a step that samples a batch takes longer than one that trains on it again', () => {
    const watchdog = new Watchdog(options({ slowStep: { times: 3 } }), [])
    const [samples, trains] = [{ step_time: 10, 'time/rollout_s': 9 }, { step_time: 1 }]
    for (let batch = 0; batch < 6; batch++) {
      for (const step of [samples, trains, trains, trains]) expect(names(watchdog, step)).toEqual([])
    }
    expect(names(watchdog, { step_time: 4 })).toEqual(['slow_step: warn'])
  })
})

describe('numbers that are none', () => {
  test('are skipped if the recipe says so, but not for ever', () => {
    const watchdog = new Watchdog(options({ notFinite: 'skip' }), [])
    expect(watchdog.guard().skipNotFinite).toBe(true)
    const gone = { 'watchdog/skipped': 1, 'watchdog/not_finite': 1 }
    for (let step = 0; step < 4; step++) expect(names(watchdog, gone)).toEqual(['not_finite: skip'])
    expect(names(watchdog, gone)).toEqual(['not_finite: stop'])
  })
})

test('what it knows after a resume is what it knew', () => {
  const random = (step: number) => 1 + ((step * 7919) % 13) / 3
  const metrics = (step: number) => ({ grad_norm: random(step), reward: random(step + 5) })
  const given = options({ gradientSpike: { times: 1.5 }, rewardCollapse: { steps: 3, share: 0.9 } })
  const unbroken = new Watchdog(given, [])
  const steps = Array.from({ length: 80 }, (_, i) => i + 1)
  const found = steps.map((step) => names(unbroken, metrics(step)))
  expect(found.flat().length).toBeGreaterThan(10)
  for (const stop of [1, 17, 60]) {
    const resumed = new Watchdog(
      given,
      steps.slice(0, stop).map((step) => line(step, metrics(step))),
    )
    expect(steps.slice(stop).map((step) => names(resumed, metrics(step)))).toEqual(found.slice(stop))
  }
})
