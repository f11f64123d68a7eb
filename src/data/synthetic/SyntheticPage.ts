import type { Page } from '../../finqa/Page.js'

/** A line of figures, one a year, that stands in the table or in a sentence. */
export interface Item {
  readonly name: string
  /** As printed, without "$"; aligned with the page's years. Items of a sentence know two years, the latest ones. */
  readonly values: Readonly<Record<number, string>>
  /** Key of FinQA's gold_inds: table_<row> or text_<sentence>. */
  readonly evidence: string
  readonly source: 'table' | 'text'
}

/** A page and what it says, so that questions can be asked whose answers are known by construction. */
export interface SyntheticPage extends Page {
  readonly company: string
  /** Ascending. */
  readonly years: readonly number[]
  readonly items: readonly Item[]
  /** "bought 120 trucks at $ 15 each", where a sentence says so. */
  readonly purchase?: { year: number; goods: string; count: string; price: string; evidence: string }
  /** "a tax of 15% on revenue", where a sentence says so. */
  readonly rate?: { item: Item; percent: string; evidence: string }
  /** "revenue grows by a factor of 1.05 a year", where a sentence says so. */
  readonly growth?: { item: Item; factor: string; evidence: string }
}
