const fields: Readonly<Record<string, string>> = {
  Y: '2024',
  y: '24',
  m: '07',
  d: '26',
  e: '26',
  B: 'July',
  b: 'Jul',
  A: 'Friday',
  a: 'Fri',
  j: '208',
  H: '00',
  M: '00',
  S: '00',
  I: '12',
  p: 'AM',
  '%': '%',
}

/**
 * strftime of a fixed day, Friday 26 July 2024 (the one Llama 3's template falls back to): some chat templates write today's
 * date into the system message, which would make the same example tokenise differently from one day to the next.
 */
export function strftimeFixed(format: string): string {
  return format.replace(/%-?([a-zA-Z%])/g, (whole, field: string) => fields[field] ?? whole)
}
