/** Writes a result to stdout: text as it is, anything else as one JSON document. What is said to people beside it goes to stderr. */
export function print(result: unknown): void {
  process.stdout.write(typeof result === 'string' ? `${result}\n` : `${JSON.stringify(result, null, 2)}\n`)
}
