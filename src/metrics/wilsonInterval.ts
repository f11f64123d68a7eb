const Z = 1.959963984540054 // the normal distribution's 97.5 % quantile

/**
 * Wilson's 95 % interval of a share: hits of n. Unlike p ± 1.96·se it stays within [0, 1] and has a width at 0 and n hits.
 *
 * @see Wilson 1927; Brown, Cai & DasGupta 2001
 */
export function wilsonInterval(hits: number, n: number): [number, number] {
  if (n === 0) return [0, 1]
  const share = hits / n
  const centre = share + (Z * Z) / (2 * n)
  const half = Z * Math.sqrt((share * (1 - share)) / n + (Z * Z) / (4 * n * n))
  const scale = 1 + (Z * Z) / n
  return [hits === 0 ? 0 : (centre - half) / scale, hits === n ? 1 : (centre + half) / scale]
}
