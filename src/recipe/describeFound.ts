/** A value as shown in a message: JSON, cut where it is long. */
export function describeFound(value: unknown): string {
  if (value === null) return 'nothing'
  const text = JSON.stringify(value) ?? String(value)
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`
}
