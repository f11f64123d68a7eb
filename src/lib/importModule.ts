import { existsSync } from 'node:fs'
import { createRequire, register } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { InputError } from './InputError.js'

let registered = false

/**
 * A module's default export. TypeScript is read by Node where it can, else by the `typescript` package of the working
 * directory or beside fintune.
 *
 * @param where begins the messages
 * @throws InputError where there is no such file, it does not load, or nothing here reads TypeScript
 */
export async function importModule(path: string, where: string): Promise<unknown> {
  const file = resolve(path)
  if (!existsSync(file)) throw new InputError(`${where}: no such file (${file})`)
  if (/\.[mc]?ts$/.test(file)) registerTypeScript(where)
  try {
    return ((await import(pathToFileURL(file).href)) as { default?: unknown }).default
  } catch (cause) {
    throw new InputError(`${where}: does not load: ${(cause as Error).message}`, { cause })
  }
}

/** Node 22.18 and later take the types out themselves. */
function readsTypeScript(): boolean {
  const features = process.features as { readonly typescript?: unknown }
  return features.typescript !== undefined && features.typescript !== false
}

function registerTypeScript(where: string): void {
  if (registered) return
  const typescript = readsTypeScript() ? null : findTypeScript(where)
  register(new URL('./typescriptHooks.js', import.meta.url), { data: { typescript } })
  registered = true
}

function findTypeScript(where: string): string {
  for (const base of [resolve('package.json'), import.meta.url]) {
    try {
      return pathToFileURL(createRequire(base).resolve('typescript')).href
    } catch {
      // Not installed there: the next place.
    }
  }
  throw new InputError(
    `${where}: this Node (${process.version}) does not read TypeScript. Install it here:  npm install typescript   ` +
      'or use Node 22.18, or name a JavaScript file.',
  )
}
