/** Median and 95th percentile of latencies, milliseconds, each a latency that was measured; null where there are none. */
export function latencyQuantiles(latencies: readonly number[]): { readonly p50: number; readonly p95: number } | null {
  if (latencies.length === 0) return null
  const sorted = [...latencies].sort((a, b) => a - b)
  const quantile = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
  return { p50: quantile(0.5), p95: quantile(0.95) }
}
