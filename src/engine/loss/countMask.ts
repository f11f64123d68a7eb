/** How many entries of a mask are set. */
export function countMask(mask: ArrayLike<number>): number {
  let count = 0
  for (let t = 0; t < mask.length; t++) if (mask[t] !== 0) count++
  return count
}
