import type { ConversationOptions } from './readConvfinqaEntry.js'
import type { SyntheticOptions } from './synthetic/SyntheticOptions.js'

interface FileSource {
  readonly path: string
  readonly limit?: number
}

interface QuestionFileSource extends FileSource {
  readonly maxMalformedShare?: number
}

interface MadeSource {
  /** How many examples to make. */
  readonly examples: number
  readonly seed?: number
  /** Number of the first page or item: ranges that do not overlap give disjoint sets of one seed. */
  readonly offset?: number
}

/** Where examples come from, as a recipe's `data` section names them. */
export type DataSource =
  | (QuestionFileSource & { readonly type: 'finqa' })
  | (QuestionFileSource & ConversationOptions & { readonly type: 'convfinqa'; readonly history?: 'gold' | 'own' })
  | (MadeSource & Partial<Omit<SyntheticOptions, 'seed'>> & { readonly type: 'synthetic' })
  | (MadeSource & { readonly type: 'synthetic-text'; readonly content?: 'pages' | 'lookups' | 'copies' })
  | (MadeSource & { readonly type: 'pairs' })
  | (FileSource & { readonly type: 'messages' })
  | (FileSource & { readonly type: 'tokens' })
