import type { LocalEngineOptions } from '../engine/local/LocalEngineOptions.js'
import type { JudgeOptions } from './JudgeOptions.js'
import type { OpenJudgeModel } from './JudgeModel.js'
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
  /** Of the judges `embedded` and `local`: the run's own, for the backend is the process's. Default auto. */
  readonly engine?: Pick<LocalEngineOptions, 'backend' | 'threads'>
  /** Loads their models. Default: our own engine. */
  readonly openModel?: OpenJudgeModel
}
