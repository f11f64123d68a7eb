import type { Recipe } from '../recipe/Recipe.js'
import { createRewards } from '../rewards/createRewards.js'
import type { RewardSet } from '../rewards/RewardSet.js'
import { createVerifier } from '../verifier/createVerifier.js'
import type { MeasuredVerifier } from '../verifier/MeasuredVerifier.js'

/** A recipe's rewards and the verifier they ask; close the verifier when done. */
export async function openRewards({
  verifier: spec,
  rewards,
  engine,
}: Recipe): Promise<{ rewards: RewardSet; verifier: MeasuredVerifier }> {
  const verifier = await createVerifier({ ...spec, engine })
  return { rewards: createRewards(rewards, verifier), verifier }
}
