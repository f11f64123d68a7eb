/** A recipe key and the values a sweep tries for it, as written on the command line (YAML). */
export interface GridAxis {
  readonly key: string
  readonly values: readonly string[]
}
