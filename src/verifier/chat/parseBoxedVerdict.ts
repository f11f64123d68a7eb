/**
 * The judge's word in `\boxed{1}` (equivalent) or `\boxed{0}` (different), read strictly: at least one box after the
 * reasoning, every box 0 or 1, all the same. Null otherwise: a stray phrase never talks us into a verdict.
 */
export function parseBoxedVerdict(reply: string): 'equivalent' | 'different' | null {
  const spoken = reply.slice(reply.lastIndexOf('</think>') + 1)
  const boxes = [...spoken.matchAll(/\\boxed\{([^{}]{0,20})(\}?)/g)].map(([, inside, end]) =>
    end === '' ? '' : inside.trim(),
  )
  const words = new Set(boxes)
  if (words.size !== 1) return null
  if (words.has('1')) return 'equivalent'
  return words.has('0') ? 'different' : null
}
