import { join } from 'node:path'
import type { Recipe } from '../recipe/Recipe.js'
import { createRewards } from '../rewards/createRewards.js'
import type { RewardSet } from '../rewards/RewardSet.js'
import { createVerifier } from '../verifier/createVerifier.js'
import type { MeasuredVerifier } from '../verifier/MeasuredVerifier.js'
import type { VerdictJournal } from '../verifier/VerdictJournal.js'

/** A recipe's rewards and the verifier they ask; close the verifier when done. */
export async function openRewards(
  { verifier: spec, rewards, engine, output }: Recipe,
  options: { readonly journal?: VerdictJournal; readonly warn?: (message: string) => void } = {},
): Promise<{ rewards: RewardSet; verifier: MeasuredVerifier }> {
  const cacheDirectory = spec.cache.enabled ? (spec.cache.path ?? join(output, '.verdicts')) : undefined
  const verifier = await createVerifier({ ...spec, engine, cacheDirectory, ...options })
  return { rewards: createRewards(rewards, verifier), verifier }
}
