import { FintuneError } from '../lib/FintuneError.js'
import { formatBytes } from '../lib/formatBytes.js'

/** There is not enough room for a checkpoint, found before a byte of it was written. */
export class FreeSpaceError extends FintuneError {
  constructor(
    readonly directory: string,
    readonly neededBytes: number,
    readonly freeBytes: number,
  ) {
    super(
      `${directory}: a checkpoint needs about ${formatBytes(neededBytes)} and the disk has ${formatBytes(freeBytes)} left. ` +
        'The checkpoint before it is whole. Make room (fintune checkpoints prune RUN --keep-last 1), then go on with  --resume=auto',
    )
  }
}
