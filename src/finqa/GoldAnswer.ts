import type { Page } from './Page.js'

/** What a prediction is scored against. */
export interface GoldAnswer {
  readonly id: string
  readonly table: Page['table']
  readonly program: string
  readonly exeAns: number | 'yes' | 'no'
}
