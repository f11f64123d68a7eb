/** How one example was answered. */
export interface AnsweredExample {
  readonly id: string
  /** What stands in the completion's one <answer>, null where there is not exactly one. */
  readonly answer: string | null
  readonly completion: string
  readonly gold: string
  /** FinQA's strict rule: the program (or number) is valid and equals exe_ans exactly. */
  readonly executionCorrect: boolean
  /** FinQA's rule of equal algebra; absent where answers are text. */
  readonly programCorrect?: boolean
  /** The tolerant rule for free-form answers. */
  readonly answerCorrect: boolean
  readonly wellFormed: boolean
  /** Of several samples, how many were execution-correct, and whether the commonest value was. */
  readonly samplesCorrect?: number
  readonly majorityCorrect?: boolean
}

type Interval = readonly [low: number, high: number]

/** eval/<stage>-<data>.json: scores as shares with their 95 % intervals (Wilson). */
export interface EvalResult {
  readonly schema: 'fintune.eval/1'
  readonly stage: string
  readonly data: string
  readonly n: number
  readonly execution_accuracy: number
  readonly program_accuracy?: number
  readonly answer_accuracy: number
  readonly format_rate: number
  /** With several samples a question: the share where at least one, or the commonest value, was right. */
  readonly pass_at_k?: number
  readonly majority_accuracy?: number
  readonly samples?: number
  readonly ci95: Readonly<Record<string, Interval>>
  readonly seconds: number
}
