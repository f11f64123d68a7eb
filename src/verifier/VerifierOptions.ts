import type { LocalEngineOptions } from '../engine/local/LocalEngineOptions.js'
import type { JudgeOptions } from './JudgeOptions.js'
import type { OpenJudgeModel } from './JudgeModel.js'
import type { VerdictJournal } from './VerdictJournal.js'
import type { RuleName } from './rules/rules.js'

/** A recipe's `verifier`, in plain words. */
export interface VerifierOptions {
  readonly rules: { readonly enabled: boolean; readonly disabled?: readonly RuleName[] }
  readonly model: JudgeOptions
  /**
   * rules (default): the model is asked only what the rules leave open. measure: it is asked everything, the rules' word
   * stands, disagreements are counted. unknown: as measure, but where they disagree nobody is believed.
   */
  readonly onDisagreement?: 'rules' | 'measure' | 'unknown'
  /**
   * Of what neither rules nor a model decide, without a model: different (default; an answer that no rule finds equal
   * has not earned a reward) or unknown (to measure how much the rules cover).
   */
  readonly undecided?: 'different' | 'unknown'
  /** Where verdicts of the judges `openai` and `local` are kept. Default: in memory. */
  readonly cacheDirectory?: string
  /** Told what went wrong without stopping anything. */
  readonly warn?: (message: string) => void
  /** Of the judges `embedded` and `local`: the run's own, for the backend is the process's. Default auto. */
  readonly engine?: Pick<LocalEngineOptions, 'backend' | 'threads'>
  /** Loads their models. Default: our own engine. */
  readonly openModel?: OpenJudgeModel
  /** Where a judge's verdicts are kept beyond the process. Default: nowhere. */
  readonly journal?: VerdictJournal
}
