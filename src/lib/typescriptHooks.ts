import { readFile } from 'node:fs/promises'
import type { InitializeHook, LoadHook, ResolveHook } from 'node:module'
import { fileURLToPath } from 'node:url'

// Node's loader calls these by name, which is why this file exports three things.

let typescript: Promise<typeof import('typescript')> | null = null

/** @param data typescript: URL of the package that takes the types out; null: Node does */
export const initialize: InitializeHook<{ readonly typescript: string | null }> = (data) => {
  if (data.typescript === null) return
  typescript = import(data.typescript).then((module: { default: typeof import('typescript') }) => module.default)
}

/** `./other.js` may be `./other.ts`. */
export const resolve: ResolveHook = async (specifier, context, next) => {
  try {
    return await next(specifier, context)
  } catch (error) {
    if (!/^\.{1,2}\/.*\.m?js$/.test(specifier)) throw error
    return next(specifier.replace(/js$/, 'ts'), context)
  }
}

export const load: LoadHook = async (url, context, next) => {
  if (typescript === null || !/^file:.*\.[mc]?ts$/.test(url)) return next(url, context)
  const ts = await typescript
  const fileName = fileURLToPath(url)
  const { outputText, diagnostics = [] } = ts.transpileModule(await readFile(fileName, 'utf8'), {
    fileName,
    reportDiagnostics: true,
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2022,
      inlineSourceMap: true,
      verbatimModuleSyntax: true,
    },
  })
  if (diagnostics.length > 0) {
    const host = { getCanonicalFileName: (name: string) => name, getCurrentDirectory: () => '', getNewLine: () => '\n' }
    throw new SyntaxError(ts.formatDiagnostics(diagnostics, host).trim())
  }
  return { format: 'module', source: outputText, shortCircuit: true }
}
