import type { Path } from './Path.js'
import type { Problem } from './Problem.js'
import { formatPath } from './formatPath.js'
import { isMap } from './isMap.js'

/** The keys that hold a path or URL: `${env:NAME}` is replaced in these alone. */
export const environmentKeys: readonly string[] = [
  'path',
  'url',
  'output',
  'tokenizer',
  'initFrom',
  'extends',
  'prompt',
]

/**
 * Replaces `${env:NAME}` in paths and URLs. A variable that is not set is a problem, and so is `${env:…}` elsewhere:
 * what a run does must be readable from its recipe.
 */
export function expandEnvironment(
  root: unknown,
  env: Readonly<Record<string, string | undefined>>,
): { value: unknown; problems: (Problem & { at: Path })[] } {
  const problems: (Problem & { at: Path })[] = []
  const report = (at: Path, message: string) => problems.push({ path: formatPath(at), at, message })

  const expandText = (text: string, path: Path): string => {
    if (!text.includes('${env:')) return text
    if (!environmentKeys.includes(String(path.at(-1)))) {
      report(path, `found ${JSON.stringify(text)}; \${env:NAME} is replaced in paths and URLs alone`)
      return text
    }
    return text.replace(/\$\{env:([^}]*)\}?/g, (whole, name: string) => {
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || !whole.endsWith('}')) {
        report(path, `found ${JSON.stringify(whole)}; it is written \${env:NAME}`)
        return whole
      }
      const value = env[name]
      if (value === undefined || value === '') {
        report(path, `the environment variable ${name} is not set; set it, or write the path out`)
        return whole
      }
      return value
    })
  }
  const expand = (value: unknown, path: Path): unknown => {
    if (typeof value === 'string') return expandText(value, path)
    if (Array.isArray(value)) return value.map((item, i) => expand(item, [...path, i]))
    if (!isMap(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, expand(item, [...path, key])]))
  }
  return { value: expand(root, []), problems }
}
