/** A log that only grows, up to some line: its length and the SHA-256 of these bytes. */
export interface LogExtent {
  readonly bytes: number
  readonly sha256: string
}
