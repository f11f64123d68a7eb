/** A report page: text before and after one table; row 0 of the table is its header, cell 0 of each row its name. */
export interface Page {
  readonly preText: readonly string[]
  readonly postText: readonly string[]
  readonly table: readonly (readonly string[])[]
}
