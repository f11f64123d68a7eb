import { createHash, timingSafeEqual } from 'node:crypto'

/** Whether two keys are the same, in a time that tells nothing of where they differ. */
export function keysEqual(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
