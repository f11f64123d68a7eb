import { expect, test } from 'vitest'
import { ledgerText } from '../../src/cli/run/ledgerText.js'
import type { Ledger } from '../../src/metrics/ledger/Ledger.js'

const ledger: Ledger = {
  attempts: 1,
  wallSeconds: 100,
  steps: 10,
  lostSeconds: 0,
  effectiveTrainingRatio: 0.9,
  seconds: { rollout: 60, train: 30, sync: 0.1, other: 9.9 },
  tokens: 4000,
  tokensPerSecond: 44.4,
}

test('parts of less than half a percent are left out, and so is what is not known', () => {
  expect(ledgerText(ledger).split('\n')).toEqual([
    'time    1 min 40 s: rollout 60 %, train 30 %, other 9.9 %',
    'speed   4000 tokens trained, 44 a second of step time',
    'steps   90 % of the time went into steps that count',
  ])
})

test('a peak below what the steps reached was not the peak: no utilisation above 100 % is said', () => {
  expect(ledgerText({ ...ledger, mfu: 0.62, peakFlops: 150e9 })).toContain('62 % of the 150 GFLOP/s measured here')
  const beside = ledgerText({ ...ledger, mfu: 1.3, peakFlops: 70e9 })
  expect(beside).toContain('more than the 70 GFLOP/s measured at the start, when the machine was not idle')
  expect(beside).not.toContain('130')
})

test('stops and the judge are accounted for where there were any', () => {
  const judge = { answers: 80, calls: 12, unknown: 1, promptTokens: 900, completionTokens: 12, cost: 0.00125 }
  const text = ledgerText({ ...ledger, attempts: 3, lostSeconds: 65, judge })
  expect(text).toContain('(3 attempts, 1 min 05 s of steps run again)')
  expect(text).toContain(
    'judge   80 answers verified, 12 of them by the model, 1 unknown, 900 tokens read and 12 written, cost 0.0013',
  )
})
