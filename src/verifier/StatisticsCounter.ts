import type { Verdict } from './Verdict.js'
import type { VerifierStatistics } from './VerifierStatistics.js'

/** Counts verdicts until they are taken. */
export class StatisticsCounter {
  private calls = 0
  private cached = 0
  private unknown = 0
  private disagreements = 0
  private latencies: number[] = []
  private usage: Verdict['usage']

  /** @param comparing whether rules and model are asked for the same queries */
  constructor(private readonly comparing: boolean) {}

  count(verdict: Verdict): void {
    this.calls++
    if (verdict.cached === true) this.cached++
    if (verdict.verdict === 'unknown') this.unknown++
    if (verdict.latencyMs !== undefined) this.latencies.push(verdict.latencyMs)
    if (verdict.usage && verdict.cached !== true) this.countUsage(verdict.usage)
  }

  private countUsage({ promptTokens, completionTokens }: NonNullable<Verdict['usage']>): void {
    this.usage = {
      promptTokens: promptTokens + (this.usage?.promptTokens ?? 0),
      completionTokens: completionTokens + (this.usage?.completionTokens ?? 0),
    }
  }

  countDisagreement(): void {
    this.disagreements++
  }

  take(): VerifierStatistics {
    const sorted = this.latencies.sort((a, b) => a - b)
    const quantile = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
    const statistics = {
      'verifier/calls': this.calls,
      'verifier/cached': this.cached,
      'verifier/unknown': this.unknown,
      ...(this.comparing ? { 'verifier/disagreement': this.disagreements } : {}),
      ...(this.usage
        ? {
            'verifier/prompt_tokens': this.usage.promptTokens,
            'verifier/completion_tokens': this.usage.completionTokens,
          }
        : {}),
      ...(sorted.length > 0
        ? {
            'verifier/judge_calls': sorted.length,
            'verifier/latency_ms_p50': quantile(0.5),
            'verifier/latency_ms_p95': quantile(0.95),
          }
        : {}),
    }
    this.calls = this.cached = this.unknown = this.disagreements = 0
    this.latencies = []
    this.usage = undefined
    return statistics
  }
}
