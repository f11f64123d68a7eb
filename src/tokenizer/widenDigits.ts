/**
 * A tokenizer.json's pre-tokenizer with every Digits step written as a Split on \p{N}.
 *
 * The format's Digits splits off what Unicode calls numeric (categories Nd, Nl, No): "½", "²", "Ⅳ" and "٣" as well as "3".
 * @huggingface/tokenizers 0.2 splits off \d, which in JavaScript is 0-9 alone, so "½ ⅔" got other ids than it had in
 * training. Split on \p{N} says the same thing in the format's own words, and the library reads it right.
 */
export function widenDigits(preTokenizer: unknown): unknown {
  if (typeof preTokenizer !== 'object' || preTokenizer === null) return preTokenizer
  const step = preTokenizer as { type?: string; pretokenizers?: unknown[]; individual_digits?: boolean }
  if (step.type === 'Sequence') return { ...step, pretokenizers: (step.pretokenizers ?? []).map(widenDigits) }
  if (step.type !== 'Digits') return preTokenizer
  const pattern = { Regex: step.individual_digits ? '\\p{N}' : '\\p{N}+' }
  return { type: 'Split', pattern, behavior: 'Isolated', invert: false }
}
