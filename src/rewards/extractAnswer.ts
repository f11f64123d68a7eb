const open = '<answer>'
const close = '</answer>'

/**
 * The content of a completion's one `<answer>…</answer>`, trimmed, or null where there is none, more than one, or an
 * unpaired tag: a completion that answers twice has not answered. Linear in the length.
 */
export function extractAnswer(completion: string): string | null {
  const start = completion.indexOf(open)
  const end = completion.indexOf(close)
  if (start < 0 || end < start + open.length) return null
  if (start !== completion.lastIndexOf(open) || end !== completion.lastIndexOf(close)) return null
  return completion.slice(start + open.length, end).trim()
}
