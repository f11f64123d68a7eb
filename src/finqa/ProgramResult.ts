/** What a program executes to. */
export type ProgramValue = number | 'yes' | 'no'

/** A program's value, or why the official scorer calls it invalid. */
export type ProgramResult =
  { readonly valid: true; readonly value: ProgramValue } | { readonly valid: false; readonly reason: string }
