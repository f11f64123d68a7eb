import { formatBytes } from '../lib/formatBytes.js'
import { sum } from '../lib/sum.js'
import { table } from '../lib/table.js'
import type { BenchMeasure } from './BenchMeasure.js'
import type { BenchResult } from './BenchResult.js'
import { gemmShapes } from './gemmShapes.js'

/** The results for people: a row a work, then each matrix product. */
export function benchTable(results: readonly BenchResult[]): string {
  const header = ['work', 'fintune', 'peer', 'faster', 'at least', 'memory', 'peer', 'ratio', 'at most', 'parts']
  const rows = results.map(({ work, ours, peer, speedup, memoryRatio, problems }) => [
    work.name,
    rateOf(ours),
    peer === null ? '–' : `${rateOf(peer)} ${nameOf(peer.variant)}`,
    speedup === null ? '–' : `${speedup.toFixed(2)}×`,
    `${work.speed.least}× (aim ${work.speed.aim}×)`,
    formatBytes(ours.peakBytes),
    peer === null ? '–' : formatBytes(peer.peakBytes),
    memoryRatio === null ? '–' : memoryRatio.toFixed(2),
    work.memory === undefined ? '–' : `${work.memory.most} (aim ${work.memory.aim})`,
    [partsOf(ours), ...problems].filter((text) => text !== '').join('; '),
  ])
  const products = results.filter(({ work }) => work.kind === 'gemm')
  return [table(header, rows), ...products.map(productTable)].join('\n\n')
}

function productTable({ work, ours, peer }: BenchResult): string {
  const rows = gemmShapes.map((shape, i) => [
    shape.join(' × '),
    gigaflops(ours, i),
    peer === null ? '–' : gigaflops(peer, i),
    peer === null ? '–' : `${(peer.seconds[i] / ours.seconds[i]).toFixed(2)}×`,
  ])
  return table([`${work.name}: rows × in × out`, 'GFLOP/s', 'peer', 'faster'], rows)
}

const gigaflops = ({ seconds, amounts }: BenchMeasure, i: number) => (amounts[i] / seconds[i] / 1e9).toFixed(0)

function rateOf({ seconds, amounts }: BenchMeasure): string {
  if (amounts.length > 1) return `${(sum(amounts) / sum(seconds) / 1e9).toFixed(0)} GFLOP/s`
  const mean = sum(seconds) / seconds.length
  return `${mean.toFixed(2)} s, ${(amounts[0] / mean).toFixed(0)} tok/s`
}

function partsOf({ parts = {} }: BenchMeasure): string {
  return Object.entries(parts)
    .map(([part, seconds]) => `${part} ${seconds.toFixed(2)} s`)
    .join(', ')
}

function nameOf({ dtype, checkpointing }: { readonly dtype: string; readonly checkpointing?: boolean }): string {
  if (checkpointing === undefined) return dtype
  return `${dtype} ${checkpointing ? 'with' : 'without'} checkpointing`
}
