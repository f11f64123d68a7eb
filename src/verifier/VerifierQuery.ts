import type { Page } from '../finqa/Page.js'

/** What is compared. */
export interface VerifierQuery {
  /** What the answer ought to say: a number as text, yes/no, free text. */
  readonly gold: string
  /** The content of <answer>…</answer>, or a program. */
  readonly answer: string
  /** Kept from the judge unless it is set to see it (Fin-R1 measured: error 0.4 % without it, 8 % with it). */
  readonly question?: string
  /** Set where answers are programs in FinQA's language: they are executed against this page's table. */
  readonly program?: {
    readonly page: Page
    readonly goldExeAns: number | 'yes' | 'no'
    /** `finqa` calls a program of one lone number invalid; default `convfinqa`. */
    readonly dialect?: 'finqa' | 'convfinqa'
  }
}
