const secretName = /KEY|TOKEN|SECRET|PASSW|CREDENTIAL/i

/** A value shorter than this is a word, not a secret (TOKENIZERS_PARALLELISM=false). */
const shortestSecret = 8

/**
 * Text as it may be written to a file: the value of every environment variable whose name says that it is secret becomes
 * `${env:NAME}` (which a recipe reads back), and passwords in URLs become ***.
 */
export function maskSecrets(text: string, env: Readonly<Record<string, string | undefined>> = process.env): string {
  let masked = text.replace(/(:\/\/[^/\s:@"']+:)[^/\s@"']+@/g, '$1***@')
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || value.length < shortestSecret || !secretName.test(name)) continue
    const inJson = JSON.stringify(value).slice(1, -1)
    for (const form of new Set([value, inJson])) masked = masked.replaceAll(form, () => `\${env:${name}}`)
  }
  return masked
}
