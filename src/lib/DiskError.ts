import { FintuneError } from './FintuneError.js'

const sentences: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EIO: 'the disk failed',
  EROFS: 'the file system is read-only',
  EACCES: 'no permission to write there',
  EPERM: 'writing there is not permitted',
  ENOENT: 'the directory does not exist',
  ENOTDIR: 'a part of the path is a file, not a directory',
  EMFILE: 'too many files are open',
}

/** A file that could not be written: which, and why. What was whole before still is. */
export class DiskError extends FintuneError {
  /** The system's word, e.g. ENOSPC. */
  readonly code: string

  constructor(
    readonly path: string,
    cause: unknown,
  ) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown'
    const why = sentences[code] ?? (cause as Error).message
    super(
      `${path} could not be written: ${why} (${code}). What was written before is whole. ` +
        'Mend that, then type the same command again (a run: with --resume=auto).',
      { cause },
    )
    this.code = code
  }
}
