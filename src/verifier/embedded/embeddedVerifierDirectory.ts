import { join } from 'node:path'
import { packageRoot } from '../../lib/packageRoot.js'

/** Where the shipped judge lies. */
export function embeddedVerifierDirectory(): string {
  return join(packageRoot(), 'checkpoints', 'embedded-verifier')
}
