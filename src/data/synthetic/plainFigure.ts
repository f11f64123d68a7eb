import type { KeyedRandom } from '../../lib/keyedRandom.js'

/** One to six digits, a third with one or two decimals. */
export function plainFigure(random: KeyedRandom): string {
  const size = Math.exp(random.uniform() * Math.log(500_000))
  return random.uniform() < 0.35 ? (size + 0.01).toFixed(1 + random.integer(2)) : String(Math.ceil(size) + 1)
}
