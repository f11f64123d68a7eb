import { addUsage } from './addUsage.js'
import { latencyQuantiles } from './latencyQuantiles.js'
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
    if (verdict.cached !== true) this.usage = addUsage([{ usage: this.usage }, verdict]).usage
  }

  countDisagreement(): void {
    this.disagreements++
  }

  take(): VerifierStatistics {
    const latency = latencyQuantiles(this.latencies)
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
      ...(latency
        ? {
            'verifier/judge_calls': this.latencies.length,
            'verifier/latency_ms_p50': latency.p50,
            'verifier/latency_ms_p95': latency.p95,
          }
        : {}),
    }
    this.calls = this.cached = this.unknown = this.disagreements = 0
    this.latencies = []
    this.usage = undefined
    return statistics
  }
}
