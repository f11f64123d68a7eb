import { describe, expect, test } from 'vitest'
import { didYouMean } from '../../src/lib/didYouMean.js'
import { formatBytes } from '../../src/lib/formatBytes.js'
import { formatDuration } from '../../src/lib/formatDuration.js'
import { progressLine } from '../../src/lib/progressLine.js'
import { sparkline } from '../../src/lib/sparkline.js'
import { table } from '../../src/lib/table.js'

/** A stream that keeps what is written. */
function paper(options: { isTTY?: boolean; columns?: number } = {}) {
  const written: string[] = []
  return { ...options, written, write: (text: string) => written.push(text) }
}

describe('progressLine', () => {
  test('on a terminal one line rewrites itself, cut to its width', () => {
    const stream = paper({ isTTY: true, columns: 10 })
    const line = progressLine({ stream })
    line.update('step 1 of 100')
    line.update('step 2')
    line.log('checkpoint written')
    line.close()
    line.update('too late')
    const clear = '\r\u001b[K'
    expect(stream.written).toEqual([
      `${clear}step 1 of`,
      `${clear}step 2`,
      `${clear}checkpoint written\n`,
      `${clear}step 2`,
      '\n',
    ])
  })
  test('elsewhere plain lines come a few seconds apart, and the last state is not lost', () => {
    const stream = paper()
    let time = 0
    const line = progressLine({ stream, everyMs: 5000, now: () => time })
    for (const [at, text] of [
      [0, 'a'],
      [1000, 'b'],
      [4999, 'c'],
      [5000, 'd'],
      [6000, 'e'],
    ] as const) {
      time = at
      line.update(text)
    }
    line.close()
    expect(stream.written).toEqual(['a\n', 'd\n', 'e\n'])
  })
  test('a state older than a line that stays is not shown after it', () => {
    const stream = paper()
    const line = progressLine({ stream, now: () => 0 })
    line.update('step 1')
    line.update('step 2')
    line.log('done')
    line.close()
    expect(stream.written).toEqual(['step 1\n', 'done\n'])
  })
  test('silent, nothing is shown', () => {
    const stream = paper({ isTTY: true })
    const line = progressLine({ stream, silent: true })
    line.update('a')
    line.log('b')
    line.close()
    expect(stream.written).toEqual([])
  })
})

test('table aligns text left and numbers right', () => {
  expect(
    table(
      ['stage', 'accuracy', 'note'],
      [
        ['base', '3.1 %', ''],
        ['after SFT', '41.0 %', null],
        ['n', 1000, 'x'],
      ],
    ),
  ).toBe(
    [
      'stage      accuracy  note',
      '─────────  ────────  ────',
      'base          3.1 %',
      'after SFT    41.0 %',
      'n              1000  x',
    ].join('\n'),
  )
})

test('sparkline spans least to greatest; long curves are averaged into the width', () => {
  expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7])).toBe('▁▂▃▄▅▆▇█')
  expect(sparkline([5, 5, 5])).toBe('▁▁▁')
  expect(sparkline([0, 0, NaN, 1, 1], 2)).toBe('▁█')
  // 1000 values in 10 bars: bar i is the mean of values 100 i to 100 i + 99.
  expect(
    sparkline(
      Array.from({ length: 1000 }, (_, i) => (i < 500 ? 0 : 1)),
      10,
    ),
  ).toBe('▁▁▁▁▁█████')
  expect(sparkline([])).toBe('')
})

test.each([
  [400, '0.4 s'],
  [9_949, '9.9 s'],
  [12_000, '12 s'],
  [59_400, '59 s'],
  [59_600, '1 min 00 s'],
  [185_000, '3 min 05 s'],
  [3_599_600, '1 h 00 min'],
  [7_440_000, '2 h 04 min'],
  [273_600_000, '3 d 4 h'],
])('formatDuration: %i ms is %s', (durationMs, text) => expect(formatDuration(durationMs)).toBe(text))

test.each([
  [512, '512 bytes'],
  [1536, '1.5 KiB'],
  [11.5 * 2 ** 20, '11.5 MiB'],
  [24 * 2 ** 30, '24.0 GiB'],
])('formatBytes: %d is %s', (sizeBytes, text) => expect(formatBytes(sizeBytes)).toBe(text))

test('didYouMean finds slips of the finger and other spellings, and does not guess wildly', () => {
  const keys = ['numGenerations', 'steps', 'name', 'maxCompletionLength']
  expect(didYouMean('numGeneration', keys)).toBe('numGenerations')
  expect(didYouMean('num_generations', keys)).toBe('numGenerations')
  expect(didYouMean('stpes', keys)).toBe('steps')
  expect(didYouMean('colour', keys)).toBeUndefined()
  expect(didYouMean('x', [])).toBeUndefined()
})
