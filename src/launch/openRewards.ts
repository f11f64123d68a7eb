import { join } from 'node:path'
import type { Recipe } from '../recipe/Recipe.js'
import { createRewards } from '../rewards/createRewards.js'
import type { RewardSet } from '../rewards/RewardSet.js'
import { createJournaledJudge } from '../verifier/cache/createJournaledJudge.js'
import { createVerifier } from '../verifier/createVerifier.js'
import type { MeasuredVerifier } from '../verifier/MeasuredVerifier.js'
import { openJudgeModel } from '../verifier/openJudgeModel.js'
import type { VerdictJournal } from '../verifier/VerdictJournal.js'

/** A recipe's rewards and the verifier they ask; closing the verifier closes the rewards' own judges too. */
export async function openRewards(
  { verifier: spec, rewards, engine, output }: Recipe,
  options: { readonly journal?: VerdictJournal; readonly warn?: (message: string) => void } = {},
): Promise<{ rewards: RewardSet; verifier: MeasuredVerifier }> {
  const local = engine.type === 'local' ? engine : undefined // a model that judges runs here in any case
  const cacheDirectory = spec.cache.enabled ? (spec.cache.path ?? join(output, '.verdicts')) : undefined
  const openModel = openJudgeModel({ backend: 'auto', threads: 'auto', ...local })
  const { journal, warn = () => undefined } = options
  const verifier = await createVerifier({ ...spec, engine: local, openModel, cacheDirectory, warn, journal })
  const made = await createRewards(rewards, {
    verifier,
    openModel,
    cacheDirectory: cacheDirectory ?? null,
    warn,
    count: (verdict) => verifier.count(verdict),
    wrapJudge: journal && ((judge) => createJournaledJudge(judge, journal)),
  })
  const close = async () => {
    await made.close()
    await verifier.close()
  }
  return { rewards: made, verifier: { ...verifier, close } }
}
