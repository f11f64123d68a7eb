import { expect, test } from 'vitest'
import { ledgerOf } from '../../src/metrics/ledger/ledgerOf.js'
import type { StepLogLine } from '../../src/metrics/StepLogLine.js'

function line(stageIndex: number, step: number, attempt: number, metrics: Record<string, number>): StepLogLine {
  const where = { run: 'r', attempt, stage: `s${stageIndex}`, stageIndex, step, globalStep: step, time: '' }
  return { schema: 'fintune.step/1', ...where, metrics }
}

test('steps that were lost cost time and do no work', () => {
  const lines = [
    line(0, 1, 1, { step_time: 2, num_tokens: 100, 'time/train_s': 1.5, 'throughput/mfu': 0.5 }),
    line(0, 2, 1, { step_time: 4, num_tokens: 200, 'time/train_s': 3 }), // lost with its process
    line(0, 2, 2, { step_time: 2, num_tokens: 200, 'time/train_s': 1.5, 'throughput/mfu': 0.1 }),
    line(1, 1, 2, { step_time: 4, num_tokens: 50, 'time/rollout_s': 3, 'time/train_s': 1, 'throughput/mfu': 0.2 }),
  ]
  const ledger = ledgerOf({ lines, startedAt: 0, endedAt: 20_000, attempts: 2, evaluationSeconds: 5, peakFlops: 1e9 })
  // Steps that count: 2 + 2 + 4 s; 0.5 · 2 + 0.1 · 2 + 0.2 · 4 = 2 s' worth of the peak.
  expect(ledger).toMatchObject({ attempts: 2, wallSeconds: 20, steps: 3, lostSeconds: 4, tokens: 250, peakFlops: 1e9 })
  expect(ledger.effectiveTrainingRatio).toBe(8 / 20)
  expect(ledger.tokensPerSecond).toBe(250 / 8)
  expect(ledger.mfu).toBeCloseTo(2 / 8)
  expect(ledger.seconds).toEqual({ rollout: 3, train: 4, evaluate: 5, other: 8 })
  expect(ledger.judge).toBeUndefined()
})

test('rollouts made while training goes on cost what is waited for them', () => {
  const metrics = {
    step_time: 2,
    'time/rollout_s': 1.8,
    'time/verify_s': 0.4,
    'time/rollout_wait_s': 0.3,
    'time/train_s': 1.7,
  }
  const lines = [line(0, 1, 1, metrics)]
  const { seconds } = ledgerOf({ lines, startedAt: 0, endedAt: 2000, attempts: 1, evaluationSeconds: 0 })
  expect(seconds).toEqual({ rollout: 0.3, train: 1.7, other: 0 })
})

test('the judge’s tokens have a price', () => {
  const asked = { 'verifier/calls': 10, 'verifier/judge_calls': 4, 'verifier/unknown': 1 }
  const used = { ...asked, 'verifier/prompt_tokens': 2000, 'verifier/completion_tokens': 500 }
  const lines = [line(0, 1, 1, used), line(0, 2, 1, used)]
  const input = { lines, startedAt: 0, endedAt: 1000, attempts: 1, evaluationSeconds: 0 }
  const { judge } = ledgerOf({ ...input, judgePrices: { prompt: 3, completion: 15 } })
  // 4,000 · 3 / 10⁶ + 1,000 · 15 / 10⁶
  expect(judge).toEqual({ answers: 20, calls: 8, unknown: 2, promptTokens: 4000, completionTokens: 1000, cost: 0.027 })
})

test('a run that has not taken a step', () => {
  const ledger = ledgerOf({ lines: [], startedAt: 0, endedAt: 3000, attempts: 1, evaluationSeconds: 0 })
  expect(ledger).toEqual({
    attempts: 1,
    wallSeconds: 3,
    steps: 0,
    lostSeconds: 0,
    effectiveTrainingRatio: 0,
    seconds: { other: 3 },
    tokens: 0,
    tokensPerSecond: 0,
  })
})
