/**
 * Python's `round(x, 5)`: the exact binary value to five decimals, ties to the even digit.
 *
 * `toFixed` also works on the exact value but takes the larger digit in a tie. A double lies halfway between two
 * five-decimal numbers only if it is an odd multiple of 1/64 (its denominator divides 2·10⁵ = 2⁶·5⁵ and is a power of two).
 */
export function roundToFiveDecimals(x: number): number {
  const size = Math.abs(x)
  if (x === 0 || !(size < 2 ** 52)) return x // −0, integers, infinities and NaN
  const sixtyFourths = size * 64
  if (Number.isInteger(sixtyFourths) && sixtyFourths % 2 === 1) {
    const below = (BigInt(sixtyFourths) * 3125n - 1n) / 2n
    const even = below % 2n === 0n ? below : below + 1n
    return Math.sign(x) * Number(`${even}e-5`)
  }
  return Number(x.toFixed(5))
}
