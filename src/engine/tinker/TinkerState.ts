/** What a checkpoint holds of a remote engine, in tinker.json: names of what the server keeps. */
export interface TinkerState {
  readonly schema: 'fintune.tinker/1'
  readonly url: string
  readonly baseModel: string
  readonly rank: number
  /** tinker://… of weights and optimizer. */
  readonly weights: string
  /** tinker://… of the reference; null where there is none. */
  readonly reference: string | null
}

export const TINKER_STATE_FILE = 'tinker.json'
