import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../src/lib/packageRoot.js'

/** A golden file of test/golden, parsed. */
export function golden<T>(path: string): T {
  return JSON.parse(readFileSync(join(packageRoot(), 'test/golden', path), 'utf8')) as T
}

interface PaddedBatch {
  readonly input_ids: number[][]
  readonly attention_mask: number[][]
  readonly labels: number[][]
}

/** Padded golden batches as `tokens` lines, the padding cut off. */
export function tokenLines(batches: readonly PaddedBatch[]): string {
  return batches
    .flatMap(({ input_ids, attention_mask, labels }) =>
      input_ids.map((ids, row) => {
        const length = attention_mask[row].reduce((sum, bit) => sum + bit, 0)
        return JSON.stringify({ input_ids: ids.slice(0, length), labels: labels[row].slice(0, length) }) + '\n'
      }),
    )
    .join('')
}
