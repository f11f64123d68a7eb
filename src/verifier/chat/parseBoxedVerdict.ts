/**
 * The judge's word in `\boxed{1}` (equivalent) or `\boxed{0}` (different), read strictly: at least one box after the
 * reasoning, every box 0 or 1, all the same. Null otherwise: a stray phrase never talks us into a verdict.
 */
export function parseBoxedVerdict(reply: string): 'equivalent' | 'different' | null {
  const spoken = reply.slice(reply.lastIndexOf('</think>') + 1)
  let said: string | null = null
  for (const [, inside, end] of spoken.matchAll(/\\boxed\{([^{}]{0,20})(\}?)/g)) {
    const word = inside.trim()
    if (end === '' || (word !== '0' && word !== '1') || (said !== null && word !== said)) return null
    said = word
  }
  if (said === null) return null
  return said === '1' ? 'equivalent' : 'different'
}
