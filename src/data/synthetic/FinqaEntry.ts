/** An entry of FinQA's JSON. */
export interface FinqaEntry {
  readonly id: string
  readonly filename: string
  readonly pre_text: readonly string[]
  readonly post_text: readonly string[]
  readonly table: readonly (readonly string[])[]
  readonly qa: {
    readonly question: string
    readonly answer: string
    readonly program: string
    readonly exe_ans: number | 'yes' | 'no'
    readonly gold_inds: Readonly<Record<string, string>>
  }
}
