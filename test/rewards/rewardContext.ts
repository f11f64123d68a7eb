import type { RewardContext } from '../../src/rewards/createRewards.js'
import { openJudgeModel } from '../../src/verifier/openJudgeModel.js'
import type { Verifier } from '../../src/verifier/Verifier.js'

/** What rewards are made with in tests: nothing is kept, nobody is warned. */
export function rewardContext(verifier: Verifier): RewardContext {
  return {
    verifier,
    openModel: openJudgeModel({ backend: 'auto', threads: 1 }),
    cacheDirectory: null,
    warn: () => undefined,
  }
}
