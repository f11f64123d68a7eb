const Z = 1.959963984540054 // the normal distribution's 97.5 % quantile

/**
 * How many more of the same examples were right the second time: the difference of the two shares, and its 95 % interval
 * over the pairs. Pairs that went the same way twice say nothing about it, so it is narrower than two separate intervals.
 *
 * With b pairs gained and c lost: difference (b − c) / n, and the interval of Agresti & Min 2005, which adds half a pair
 * to each of the four outcomes so that it keeps a width where nothing changed.
 */
export function pairedDifference(
  before: readonly boolean[],
  after: readonly boolean[],
): { difference: number; ci95: [number, number] } {
  if (before.length !== after.length)
    throw new Error(`a paired difference needs pairs: ${before.length} against ${after.length}`)
  const n = before.length
  if (n === 0) return { difference: 0, ci95: [-1, 1] }
  const gained = after.filter((right, i) => right && !before[i]).length
  const lost = before.filter((right, i) => right && !after[i]).length
  const centre = (gained - lost) / (n + 2)
  const half = (Z * Math.sqrt(gained + lost + 1 - (gained - lost) ** 2 / (n + 2))) / (n + 2)
  return { difference: (gained - lost) / n, ci95: [Math.max(-1, centre - half), Math.min(1, centre + half)] }
}
