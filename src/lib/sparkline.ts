import { sum } from './sum.js'

const bars = '▁▂▃▄▅▆▇█'

/**
 * A curve in one line of text: each bar the mean of its share of the values, scaled between their least and greatest.
 * Values that are not finite are passed over; a flat curve is drawn low.
 *
 * @param width at most so many bars; fewer where there are fewer values
 */
export function sparkline(values: readonly number[], width = 40): string {
  const known = values.filter(Number.isFinite)
  const columns = Math.min(width, known.length)
  const means = Array.from({ length: columns }, (_, i) => {
    const part = known.slice(Math.floor((i * known.length) / columns), Math.floor(((i + 1) * known.length) / columns))
    return sum(part) / part.length
  })
  const least = Math.min(...means)
  const span = Math.max(...means) - least
  return means.map((mean) => bars[span === 0 ? 0 : Math.round(((mean - least) / span) * (bars.length - 1))]).join('')
}
