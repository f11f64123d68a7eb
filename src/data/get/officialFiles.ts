/** A file of a published data set, under the base URL. */
export interface OfficialFile {
  /** Below the base URL. */
  readonly path: string
  /** What is kept of it: its own name, or the members of an archive. */
  readonly keeps: readonly { readonly name: string; readonly member?: string; readonly examples?: number }[]
}

/** Where the authors publish both sets; FINTUNE_DATA_URL names a mirror with the same paths below it. */
export const officialBase = 'https://raw.githubusercontent.com/czyssrs'

/**
 * The published files, and how many examples each holds by the authors' account (README files and papers): a file with
 * another number is refused. No size or hash of them is published; see getDataset for what is checked instead.
 */
export const officialFiles: Readonly<Record<'finqa' | 'convfinqa', readonly OfficialFile[]>> = {
  finqa: [
    { path: 'FinQA/main/dataset/train.json', keeps: [{ name: 'train.json', examples: 6251 }] },
    { path: 'FinQA/main/dataset/dev.json', keeps: [{ name: 'dev.json', examples: 883 }] },
    { path: 'FinQA/main/dataset/test.json', keeps: [{ name: 'test.json', examples: 1147 }] },
  ],
  convfinqa: [
    {
      path: 'ConvFinQA/main/data.zip',
      keeps: [
        { name: 'train.json', member: 'data/train.json', examples: 3037 },
        { name: 'dev.json', member: 'data/dev.json', examples: 421 },
        { name: 'train_turn.json', member: 'data/train_turn.json', examples: 11104 },
        { name: 'dev_turn.json', member: 'data/dev_turn.json', examples: 1490 },
      ],
    },
  ],
}
