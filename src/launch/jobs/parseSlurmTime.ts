/**
 * Seconds of a time limit as sbatch takes it: minutes, minutes:seconds, hours:minutes:seconds, days-hours,
 * days-hours:minutes, days-hours:minutes:seconds. Undefined where it is none (or 0).
 */
export function parseSlurmTime(text: string): number | undefined {
  const match = /^(?:(\d+)-(\d+)(?::(\d+))?(?::(\d+))?|(\d+)(?::(\d+))?(?::(\d+))?)$/.exec(text)
  if (match === null) return undefined
  const [days, dayHours, dayMinutes, daySeconds, a, b, c] = match.slice(1).map((part) => Number(part ?? 0))
  let seconds: number
  if (match[1] !== undefined) seconds = ((days * 24 + dayHours) * 60 + dayMinutes) * 60 + daySeconds
  else if (match[7] !== undefined) seconds = (a * 60 + b) * 60 + c
  else seconds = a * 60 + b
  return seconds > 0 ? seconds : undefined
}
