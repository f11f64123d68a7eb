import type { Verdict } from './Verdict.js'

/** What a model is asked: the two answers alone, without the question. */
export interface JudgePair {
  readonly gold: string
  readonly answer: string
}

/** A model that judges what the rules leave open. Never throws for a pair: what it cannot say is `unknown`, with the reason. */
export interface Judge {
  /** Names the model, its prompt and whatever else shapes its verdicts. */
  readonly version: string
  /** One verdict a pair. @throws the signal's reason when aborted */
  judge(pairs: readonly JudgePair[], signal?: AbortSignal): Promise<Verdict[]>
  close(): Promise<void>
}
