import { keyedRandom } from '../lib/keyedRandom.js'

/**
 * Which of `count` items is the `position`-th of an endless pass: epoch after epoch, each in an order of its own
 * (keyed by seed, stage and epoch) or, without shuffling, in file order. Depends on nothing drawn before.
 */
export function promptAt(
  position: number,
  count: number,
  options: { seed: number; stage: string; shuffle: boolean },
): number {
  const epoch = Math.floor(position / count)
  const place = position % count
  return options.shuffle ? epochOrder(count, options.seed, options.stage, epoch)[place] : place
}

const orders = new Map<string, number[]>()

/** An epoch's order; the last one asked for is kept, since a step asks for many places of the same epoch. */
function epochOrder(count: number, seed: number, stage: string, epoch: number): number[] {
  const key = `${count}/${seed}/${stage}/${epoch}`
  let order = orders.get(key)
  if (!order) {
    order = keyedRandom(seed, 'order', stage, epoch).shuffled(Array.from({ length: count }, (_, i) => i))
    orders.clear()
    orders.set(key, order)
  }
  return order
}
