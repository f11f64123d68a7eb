import { InputError } from '../../lib/InputError.js'

/** The shards that the text of a model.safetensors.index.json names, sorted. */
export function shardNames(index: string): string[] {
  try {
    const { weight_map: map } = JSON.parse(index) as { weight_map: Record<string, string> }
    return [...new Set(Object.values(map))].sort()
  } catch (cause) {
    throw new InputError(`model.safetensors.index.json has no weight_map that can be read.`, { cause })
  }
}
