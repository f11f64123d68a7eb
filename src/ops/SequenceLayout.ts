/**
 * How the rows of a [tokens, width] tensor form sequences. No padding: sequences lie one after the other.
 *
 * A segment is a run of rows. A segment with a prefix continues that segment: its tokens attend to every token
 * of the prefix and to their own segment up to themselves. So a group's completions share one copy of their
 * prompt (the prompt is a segment, each completion a segment whose prefix is the prompt). Prefixes do not nest.
 */
export interface SequenceLayout {
  /** Rows in all. */
  readonly tokens: number
  /** First row of each segment, [segments]; segments cover the rows in order without gaps. */
  readonly starts: Int32Array
  /** Rows of each segment, [segments]. */
  readonly lengths: Int32Array
  /** The segment each one continues, or −1; always an earlier one, itself without prefix. [segments] */
  readonly prefixes: Int32Array
  /** Each row's position in its whole sequence (prefix counted), from 0, [tokens]. */
  readonly positions: Int32Array
}
