import { expect, test } from 'vitest'
import { pairedDifference } from '../../src/metrics/pairedDifference.js'
import { wilsonInterval } from '../../src/metrics/wilsonInterval.js'

test("Wilson's interval: 81 of 263 is 0.2553 to 0.3662 (Newcombe 1998, table I)", () => {
  const [low, high] = wilsonInterval(81, 263)
  expect(low).toBeCloseTo(0.2553, 4)
  expect(high).toBeCloseTo(0.3662, 4)
})

test('it has a width at the ends, and stays within 0 and 1', () => {
  expect(wilsonInterval(0, 20)).toEqual([0, expect.closeTo(0.1611, 4)])
  expect(wilsonInterval(20, 20)).toEqual([expect.closeTo(0.8389, 4), 1])
  expect(wilsonInterval(0, 0)).toEqual([0, 1])
})

test('a paired difference counts the pairs that changed', () => {
  // 30 gained, 10 lost of 100: (30 − 10) / 100 = 0.2.
  // Centre 20 / 102; half 1.96 · sqrt(41 − 400 / 102) / 102 = 0.1170.
  const before = Array.from({ length: 100 }, (_, i) => i < 10)
  const after = Array.from({ length: 100 }, (_, i) => i >= 10 && i < 40)
  const { difference, ci95 } = pairedDifference(before, after)
  expect(difference).toBeCloseTo(0.2, 12)
  expect(ci95[0]).toBeCloseTo(20 / 102 - 0.117, 4)
  expect(ci95[1]).toBeCloseTo(20 / 102 + 0.117, 4)
})

test('nothing changed: no difference, but an interval', () => {
  const { difference, ci95 } = pairedDifference([true, false, true], [true, false, true])
  expect(difference).toBe(0)
  expect(ci95[0]).toBeLessThan(0)
  expect(ci95[1]).toBeGreaterThan(0)
})

test('pairs must be pairs', () => expect(() => pairedDifference([true], [])).toThrow('1 against 0'))
