/** What shapes invented pages. */
export interface SyntheticOptions {
  readonly seed: number
  /** Share of one-, two- and three-step questions; default [0.5, 0.35, 0.15]. */
  readonly steps?: readonly [number, number, number]
  /** Share of sentences that no question is about, 0 to 1; default 0.35. */
  readonly distractors?: number
  /** Share of pages that hold a conversation of several turns instead of one question, 0 to 1; default 0. */
  readonly turns?: number
}
