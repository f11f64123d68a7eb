import type { HubId } from './HubId.js'
import type { HubSettings } from './hubSettings.js'

/** What went wrong with the hub, and the way out, for a person; the token never stands in it. */
export function describeHubFailure(error: unknown, id: HubId, settings: HubSettings): string {
  const hub = settings.endpoint ?? 'the hub'
  const status = (error as { statusCode?: unknown }).statusCode
  const text = (reason: string) => `${id.name} is no directory here, and ${hub} did not give it: ${reason}`
  if (status === 401 || status === 403)
    return text(
      `status ${status}: it does not exist, or it is private or gated. ` +
        (settings.token
          ? 'Has the account of your HF_TOKEN been given access to it?'
          : 'Check the name; if it needs an account, ask for access and set HF_TOKEN.'),
    )
  if (status === 404) return text(`there is no such model, or no revision ${JSON.stringify(id.revision)} of it.`)
  if (typeof status === 'number')
    return text(`status ${status}. Try again later, or fetch it elsewhere (see below).${elsewhere(id)}`)
  return scrub(text(`${rootCause(error)}.${elsewhere(id)}`), settings.token)
}

/** How to get a model without a connection from here. */
export function elsewhere(id: HubId): string {
  return (
    `\nOn a machine with a connection:  hf download ${id.name} --local-dir models/${id.name.split('/')[1]}` +
    `\nthen copy that directory here and name it in model.path.`
  )
}

/** fetch hides why it failed in its cause. */
function rootCause(error: unknown): string {
  let current = error
  while (current instanceof Error && current.cause instanceof Error) current = current.cause
  return current instanceof Error ? current.message || current.name : String(current)
}

function scrub(text: string, token: string | undefined): string {
  return token ? text.replaceAll(token, '<HF_TOKEN>') : text
}
