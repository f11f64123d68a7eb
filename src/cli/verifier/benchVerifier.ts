import { makePairs } from '../../data/makePairs.js'
import { readPairs } from '../../data/readPairs.js'
import { createVerifier } from '../../verifier/createVerifier.js'
import { measureVerifier } from '../../verifier/measureVerifier.js'
import type { VerifierReport } from '../../verifier/VerifierReport.js'
import { verifierOptionsOf } from './verifierOptionsOf.js'

/** Measures a verifier on the pairs of a file, or on generated ones of a seed that no shipped model was trained on. */
export async function benchVerifier(options: {
  readonly verifier: string
  readonly pairs: string | undefined
  readonly examples: number
  readonly seed: number
}): Promise<VerifierReport> {
  const { examples, seed } = options
  const pairs = options.pairs === undefined ? makePairs({ examples, seed }) : await readPairs(options.pairs)
  const verifier = await createVerifier(await verifierOptionsOf(options.verifier))
  try {
    return await measureVerifier(verifier, pairs)
  } finally {
    await verifier.close()
  }
}
