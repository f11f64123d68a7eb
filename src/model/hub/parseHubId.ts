import type { HubId } from './HubId.js'

/** `owner/name` or `owner/name@revision` by the hub's rules for names; null for what can only be a path. */
export function parseHubId(text: string): HubId | null {
  const match = /^([A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*)(?:@([\w.-]+(?:\/[\w.-]+)*))?$/.exec(text)
  if (!match || /--|\.\./.test(text) || match[1].length > 96) return null
  return { name: match[1], revision: match[2] ?? 'main' }
}
