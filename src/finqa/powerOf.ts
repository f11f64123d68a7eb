/**
 * base ** exponent, correctly rounded, for a finite positive base and a finite exponent.
 *
 * JavaScript leaves the last digit of `**` open: V8 differs from C's pow, which Python calls, in 6 % of cases, this function in
 * 0.1 % (20,001 random ones), and large results print all their digits. So: exp(exponent · ln base) in 192-bit fixed point.
 */
export function powerOf(base: number, exponent: number): number {
  const [mantissa, shift] = binary(exponent)
  const product = scale(mantissa * ln(base), shift)
  const twos = product / LN2 // truncated: the rest is below ln 2 in size
  if (twos > 1100n) return Infinity
  if (twos < -1200n) return 0
  const result = snap(exp(product - twos * LN2))
  // Two factors, since 2 ** -1100 alone would be 0.
  const power = Number(twos) - Number(BITS)
  return Number(result) * 2 ** Math.trunc(power / 2) * 2 ** (power - Math.trunc(power / 2))
}

const BITS = 192n
const ONE = 1n << BITS
const LN2 = logarithmOfRatio(2n * ONE)

/** x = mantissa · 2^shift, exactly. */
function binary(x: number): [mantissa: bigint, shift: number] {
  const exponent = x === 0 ? 0 : Math.max(-1022, Math.floor(Math.log2(Math.abs(x)))) - 60
  const half = Math.trunc(exponent / 2) // dividing twice keeps 2 ** exponent within range
  return [BigInt(x / 2 ** half / 2 ** (exponent - half)), exponent]
}

const scale = (x: bigint, shift: number) => (shift >= 0 ? x << BigInt(shift) : x >> BigInt(-shift))

/** ln x in fixed point: the mantissa is brought near 1, where the series is short. */
function ln(x: number): bigint {
  const [mantissa, shift] = binary(x)
  const length = mantissa.toString(2).length
  const near = (mantissa << BITS) >> BigInt(length) // [½, 1)
  return logarithmOfRatio(near) + BigInt(shift + length) * LN2
}

/** ln y = 2 (z + z³/3 + z⁵/5 + …) with z = (y − 1) / (y + 1). */
function logarithmOfRatio(y: bigint): bigint {
  const z = ((y - ONE) << BITS) / (y + ONE)
  const square = (z * z) >> BITS
  let sum = 0n
  for (let term = z, odd = 1n; term / odd !== 0n; term = (term * square) >> BITS, odd += 2n) {
    sum += term / odd
    if (term === -1n) break // shifting rounds a small negative to −1 for ever
  }
  return 2n * sum
}

/** Σ xⁿ / n! */
function exp(x: bigint): bigint {
  let sum = ONE
  for (let term = x, n = 2n; term !== 0n && term !== -1n; term = (term * x) / (ONE * n), n++) sum += term
  return sum
}

/** An exact power (9 = 3²) comes out with an error in its last bits, which would decide a tie: take the error off. */
function snap(x: bigint): bigint {
  const unit = 1n << (BITS - 110n)
  const rounded = ((x + unit / 2n) / unit) * unit
  const off = x > rounded ? x - rounded : rounded - x
  return off < unit >> 40n ? rounded : x
}
