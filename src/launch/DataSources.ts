import type { Example } from '../data/Example.js'

/** A recipe's data sources, read: examples by source name, and the files they came from. */
export interface DataSources {
  readonly examples: ReadonlyMap<string, readonly Example[]>
  readonly files: readonly { readonly path: string; readonly sha256: string; readonly examples: number }[]
}
