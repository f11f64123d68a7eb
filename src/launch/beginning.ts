import type { RunPosition } from '../checkpoint/RunPosition.js'

/** Before the first step of the first stage. */
export const beginning: RunPosition = {
  stageIndex: -1,
  stage: '',
  step: 0,
  globalStep: 0,
  stageDone: true,
  carry: null,
}
