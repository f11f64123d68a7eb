import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { packageRoot } from '../../lib/packageRoot.js'
import type { NativeAddon } from './NativeAddon.js'

/** The addon that the install script built (FINTUNE_NATIVE_ADDON: another build of it), or why it cannot be used. */
export function loadNativeAddon(): { addon: NativeAddon } | { unavailable: string } {
  const file = process.env.FINTUNE_NATIVE_ADDON ?? join(packageRoot(), 'build', 'fintune.node')
  if (!existsSync(file)) return { unavailable: 'not built; with a C++ compiler:  node src/ops/native/build.mjs' }
  try {
    return { addon: createRequire(import.meta.url)(file) as NativeAddon }
  } catch (error) {
    return { unavailable: `${file} does not load: ${(error as Error).message.split('\n')[0]}` }
  }
}
