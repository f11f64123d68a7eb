import type { Verdict } from './Verdict.js'

/** What a model is asked: the two answers, and the question where it wants to see it. */
export interface JudgePair {
  readonly gold: string
  readonly answer: string
  readonly question?: string
  /** Its writing is judged too (style, case), so that only pairs written alike are the same. Default: reading alike is enough. */
  readonly exact?: true
}

export interface JudgeCall {
  readonly signal?: AbortSignal
  /** Told of each verdict as it comes, by the pair's place: what is known should survive a call that is cut off. */
  readonly onVerdict?: (index: number, verdict: Verdict) => void
}

/** A model that judges what the rules leave open. Never throws for a pair: what it cannot say is `unknown`, with the reason. */
export interface Judge {
  /** Names the model, its prompt and whatever else shapes its verdicts. */
  readonly version: string
  /** Whether its verdicts depend on the question. Default: no. */
  readonly readsQuestion?: boolean
  /** One verdict a pair. @throws the signal's reason when aborted */
  judge(pairs: readonly JudgePair[], call?: JudgeCall): Promise<Verdict[]>
  close(): Promise<void>
}
