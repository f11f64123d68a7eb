/** Gathers statistics by name: sums, and minima and maxima that are absent until a value came. */
export class StatisticsTally {
  readonly sums: Record<string, number> = {}
  readonly minima: Record<string, number> = {}
  readonly maxima: Record<string, number> = {}

  add(name: string, value: number): void {
    this.sums[name] = (this.sums[name] ?? 0) + value
  }

  lowest(name: string, value: number): void {
    this.minima[name] = Math.min(this.minima[name] ?? Infinity, value)
  }

  highest(name: string, value: number): void {
    this.maxima[name] = Math.max(this.maxima[name] ?? -Infinity, value)
  }
}
