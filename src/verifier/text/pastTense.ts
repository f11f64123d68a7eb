const irregular = new Map(
  (
    'pay paid meet met sell sold buy bought make made take took give gave hold held keep kept lose lost win won ' +
    'rise rose fall fell grow grew go went come came become became begin began spend spent send sent build built ' +
    'lead led leave left find found get got say said set set cut cut put put hit hit let let cost cost break broke ' +
    'choose chose bring brought beat beat withdraw withdrew see saw show showed write wrote draw drew bear bore lend lent ' +
    'do did have had be was'
  )
    .split(' ')
    .flatMap((word, i, words) => (i % 2 === 0 ? [[word, words[i + 1]] as const] : [])),
)

/** An English verb's simple past from its base: `close` → `closed`, `pay` → `paid`. One guess, right for usual verbs. */
export function pastTense(base: string): string {
  const known = irregular.get(base)
  if (known !== undefined) return known
  if (base.endsWith('e')) return `${base}d`
  if (/[^aeiou]y$/.test(base)) return `${base.slice(0, -1)}ied`
  return `${base}ed`
}
