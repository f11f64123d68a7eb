/** A run of characters, [start, end), UTF-16 units. */
export type TextSpan = readonly [start: number, end: number]
