/** Something that the watchdog noticed in a step. */
export interface Finding {
  /** Under `watchdog/` in the step log. */
  readonly name: 'slow_step' | 'not_finite' | 'gradient_spike' | 'reward_collapse'
  /** For people: what was found and against what. */
  readonly message: string
  readonly reaction: 'warn' | 'skip' | 'stop'
}
