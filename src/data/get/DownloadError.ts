import { FintuneError } from '../../lib/FintuneError.js'

/** A file that could not be fetched, or is not what it should be. What has come of it stays beside it for the next try. */
export class DownloadError extends FintuneError {
  constructor(
    readonly url: string,
    readonly reason: string,
  ) {
    super(`${url}: ${reason}`)
  }
}
