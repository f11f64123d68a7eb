import { join } from 'node:path'
import { makePairs } from '../data/makePairs.js'
import { seenPairsFile } from '../data/seenPairsFile.js'
import { SeenPairs } from '../data/SeenPairs.js'
import { writeFileAtomic } from '../lib/writeFileAtomic.js'
import { loadRecipe } from '../recipe/loadRecipe.js'

// `node dist/bench/writeSeenPairs.js RECIPE`: remembers beside the tokenizer of a judge's recipe which pairs it trains
// on, so that `fintune verifier bench` measures it on others.

const [file] = process.argv.slice(2)
const recipe = await loadRecipe(file, {})
const seen = SeenPairs.none()
for (const name of new Set(recipe.stages.flatMap((stage) => (stage.type === 'sft' ? stage.train : [])))) {
  const source = recipe.data[name]
  if (source.type === 'pairs') for (const pair of makePairs({ ...source, seed: source.seed ?? 0 })) seen.add(pair)
}
const path = join(recipe.model.tokenizer!, seenPairsFile)
await writeFileAtomic(path, seen.toBytes())
process.stdout.write(`${path}\n`)
