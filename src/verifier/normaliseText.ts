/** Longest text whose writing is normalised; longer ones only lose the white space around them. */
const normalisedLength = 2_000

const superscripts = new Map([...'⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺'].map((mark, i) => [mark, '0123456789-+'[i]]))

/**
 * One writing for what reads the same: NFKC (full-width digits and letters), lower case, one kind of dash and quote,
 * one space for a run of white space, no invisible characters, no emphasis marks or LaTeX around the whole.
 *
 * Superscripts become `^`, and a space is put before vulgar fractions, before NFKC would glue them to the digits.
 * Time is linear in the length: NFKC sorts runs of combining marks, so it is kept from very long texts.
 */
export function normaliseText(text: string): string {
  if (text.length > normalisedLength) return text.trim()
  const plain = text
    .replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+/g, (run) => '^' + [...run].map((mark) => superscripts.get(mark)).join(''))
    .replace(/(\d)([¼½¾⅐-⅞])/g, '$1 $2')
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\p{Cf}\p{Cc}\p{Cs}]/gu, (mark) => (/\s/.test(mark) ? ' ' : ''))
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/[\u2018\u2019\u02bc]/g, "'")
    .replace(/[\u201c\u201d]/g, '"')
  return stripWrapping(collapseSpace(plain))
}

function collapseSpace(text: string): string {
  return text.trim().replace(/\s+/g, ' ')
}

/** `**34.7%**`, `\boxed{34.7\%}`, `"yes"`, `$34$` → what they wrap. */
function stripWrapping(text: string): string {
  let inner = text
    .replace(/\\([%$,&])/g, '$1')
    .replace(/(?:\\{1,2}n)+$/, '')
    .trim() // FinQA has answers ending in a spelt-out \\n
  for (let layer = 0; layer < 8; layer++) inner = stripOnce(inner)
  return inner
}

function stripOnce(text: string): string {
  const within = (head: string, tail: string) =>
    text.length > head.length + tail.length && text.startsWith(head) && text.endsWith(tail)
      ? text.slice(head.length, -tail.length).trim()
      : null
  return (
    within('\\boxed{', '}') ??
    within('\\text{', '}') ??
    within('\\(', '\\)') ??
    within('*', '*') ??
    within('`', '`') ??
    within('"', '"') ??
    within('$', '$') ??
    text
  )
}
