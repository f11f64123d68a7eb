/** A value of the recipe that is not what it was when the run began. */
export interface RecipeChange {
  /** E.g. stages[0].steps. */
  readonly key: string
  /** Undefined: absent. */
  readonly was: unknown
  readonly is: unknown
  /** `free`: shapes no number. `more`: the run gets longer. `fixed`: would give other numbers. */
  readonly kind: 'free' | 'more' | 'fixed'
}
