import type { BenchMeasure } from './BenchMeasure.js'
import type { BenchResult } from './BenchResult.js'
import type { BenchWork, PeerVariant } from './BenchWork.js'

/** Puts the rounds of a work together: medians of all repetitions, the fastest of the peers' variants, the ratios. */
export function compareMeasures(
  work: BenchWork,
  ours: readonly BenchMeasure[],
  peers: readonly (BenchMeasure & { readonly variant: PeerVariant })[],
): BenchResult {
  const mine = joined(work, ours)
  const variants = work.peers.flatMap((variant) => {
    const measures = peers.filter((peer) => peer.variant === variant)
    return measures.length === 0 ? [] : [{ ...joined(work, measures), variant }]
  })
  const peer = variants.sort((a, b) => timeOf(a) - timeOf(b)).at(0) ?? null
  const speedup = peer === null ? null : speedupOf(mine, peer)
  const memoryRatio = peer === null || work.memory === undefined ? null : mine.peakBytes / peer.peakBytes
  return { work, ours: mine, peer, speedup, memoryRatio, problems: problemsOf(work, speedup, memoryRatio) }
}

/** Rounds as one: `gemm` keeps the best of each shape, the others every repetition. */
function joined(work: BenchWork, measures: readonly BenchMeasure[]): BenchMeasure {
  const seconds =
    work.kind === 'gemm'
      ? measures[0].seconds.map((_, shape) => Math.min(...measures.map((measure) => measure.seconds[shape])))
      : measures.flatMap((measure) => measure.seconds)
  return { ...measures[0], seconds, peakBytes: Math.max(...measures.map(({ peakBytes }) => peakBytes)) }
}

function timeOf({ seconds, amounts }: BenchMeasure): number {
  return amounts.length > 1 ? geometricMean(seconds) : median(seconds)
}

function speedupOf(ours: BenchMeasure, peer: BenchMeasure): number {
  return timeOf(peer) / timeOf(ours)
}

function problemsOf({ speed, memory }: BenchWork, speedup: number | null, memoryRatio: number | null): string[] {
  const problems: string[] = []
  if (speedup !== null && speedup < speed.least) problems.push(`${speedup.toFixed(2)}× is below ${speed.least}×`)
  if (memory !== undefined && memoryRatio !== null && memoryRatio > memory.most) {
    problems.push(`${memoryRatio.toFixed(2)}× the memory is above ${memory.most}×`)
  }
  return problems
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2
}

function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((total, value) => total + Math.log(value), 0) / values.length)
}
