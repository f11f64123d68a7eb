import type { VerifierOptions } from '../../verifier/VerifierOptions.js'

/** The verifier that a word on the command line names: rules, embedded, cascade (rules, then embedded), or a recipe's. */
export async function verifierOptionsOf(which: string): Promise<VerifierOptions> {
  if (which === 'rules') return { rules: { enabled: true }, model: { type: 'none' }, undecided: 'unknown' }
  if (which === 'embedded') return { rules: { enabled: false }, model: { type: 'embedded' } }
  if (which === 'cascade') return { rules: { enabled: true }, model: { type: 'embedded' } }
  const { loadRecipe } = await import('../../recipe/loadRecipe.js')
  const { verifier, engine } = await loadRecipe(which, {})
  return { ...verifier, engine: engine.type === 'local' ? engine : undefined }
}
