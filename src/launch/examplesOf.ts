import type { Example } from '../data/Example.js'
import type { DataSources } from './DataSources.js'

/** The examples of several sources, one after the other. */
export function examplesOf(data: DataSources, names: readonly string[]): Example[] {
  return names.flatMap((name) => data.examples.get(name) ?? [])
}
