import { InputError } from '../../lib/InputError.js'

/**
 * The shards that the text of a model.safetensors.index.json names, sorted.
 *
 * @throws InputError where it names none, or something that is no file beside it (a path would lead out of the cache)
 */
export function shardNames(index: string): string[] {
  const names = namesIn(index)
  const astray = names.find((name) => typeof name !== 'string' || !/^[^/\\]+\.safetensors$/.test(name))
  if (astray === undefined) return names
  throw new InputError(
    `model.safetensors.index.json names ${JSON.stringify(astray)}; a shard is a .safetensors file beside it.`,
  )
}

function namesIn(index: string): string[] {
  try {
    const { weight_map: map } = JSON.parse(index) as { weight_map: Record<string, string> }
    return [...new Set(Object.values(map))].sort()
  } catch (cause) {
    throw new InputError(`model.safetensors.index.json has no weight_map that can be read.`, { cause })
  }
}
