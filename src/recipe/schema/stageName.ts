import { safeName } from './safeName.js'

/** The stage's name: its folder in the run directory and its name in the step log. */
export const stageName = () =>
  safeName({ dots: true }).describe("The stage's folder in the run directory and its name in the step log")
