/**
 * What an error body says, whichever server wrote it: `{detail: string or list}` (SkyRL), `{error_message}` (open-rl), or
 * text that is not JSON; of a web page its title. At most 400 characters.
 */
export function readFailure(body: string): string {
  return describe(parse(body)).slice(0, 400)
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}

function describe(value: unknown): string {
  if (typeof value === 'string') return /^\s*</.test(value) ? pageTitle(value) : value.trim()
  if (Array.isArray(value)) return value.map(describe).join('; ')
  if (typeof value !== 'object' || value === null) return String(value)
  const { detail, error_message: message, error, msg, loc } = value as Record<string, unknown>
  if (typeof msg === 'string') return Array.isArray(loc) ? `${loc.join('.')}: ${msg}` : msg
  const said = detail ?? message ?? error
  return said === undefined ? JSON.stringify(value) : describe(said)
}

/** What is no API answers with pages. */
function pageTitle(html: string): string {
  const title = /<title>([^<]*)<\/title>/i.exec(html)?.[1].trim()
  return `a web page${title ? ` (${title})` : ''}`
}
