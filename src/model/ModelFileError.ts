import { InputError } from '../lib/InputError.js'

/** A file of a model or adapter directory is wrong; every problem found in it is listed. */
export class ModelFileError extends InputError {
  constructor(
    readonly file: string,
    readonly problems: readonly string[],
    options: { advice?: string; cause?: unknown } = {},
  ) {
    super(describe(file, problems, options.advice), { cause: options.cause })
  }
}

const SHOWN = 20

function describe(file: string, problems: readonly string[], advice?: string): string {
  const lines = problems.slice(0, SHOWN).map((problem) => `  ${problem}`)
  if (problems.length > SHOWN) lines.push(`  … and ${problems.length - SHOWN} more.`)
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`
  return [`${file} has ${count}:`, ...lines, ...(advice ? [advice] : [])].join('\n')
}
