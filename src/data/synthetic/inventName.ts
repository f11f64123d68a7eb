import type { KeyedRandom } from '../../lib/keyedRandom.js'

const beginnings = 'bal cor dra el fer gal hal is jor kel lor mar nor or pel quel ren sil tes um vel wes yar zen'.split(
  ' ',
)
const middles = 'a e i o u an er in on or al el'.split(' ')
const ends = 'mor vex ton ra rand tor den tria vik mar vane sten wick lin lar lis ford ly don co nex tis'.split(' ')

/** A name nobody has: a judge must compare it, it cannot know it by heart. */
export function inventName(random: KeyedRandom): string {
  return random.pick(beginnings) + (random.uniform() < 0.4 ? random.pick(middles) : '') + random.pick(ends)
}
