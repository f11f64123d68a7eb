import { ModelFileError } from '../ModelFileError.js'
import { DTYPE_BYTES, type TensorEntry } from './TensorEntry.js'

export interface SafetensorsHeader {
  readonly tensors: TensorEntry[]
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * The tensors that a safetensors header describes, checked as the format demands: known dtypes, shapes that fill
 * their bytes, no overlap, no hole, nothing past the file's end.
 *
 * @param text      the header's JSON
 * @param dataStart where the tensors' bytes begin in the file (8 + the header's length)
 * @throws ModelFileError listing every problem: tensor, found, allowed
 */
export function parseSafetensorsHeader(
  text: string,
  { file, dataStart, fileBytes }: { file: string; dataStart: number; fileBytes: number },
): SafetensorsHeader {
  const header = parseObject(text, file)
  const problems: string[] = []
  const tensors: TensorEntry[] = []
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue
    const found = parseEntry(name, entry, problems)
    if (found) tensors.push({ ...found, name, file, begin: dataStart + found.begin, end: dataStart + found.end })
  }
  checkCoverage(tensors, dataStart, fileBytes, problems)
  const metadata = parseMetadata(header.__metadata__, problems)
  if (problems.length > 0) throw new ModelFileError(file, problems)
  return { tensors, metadata }
}

function parseObject(text: string, file: string): Record<string, unknown> {
  let header: unknown
  try {
    header = JSON.parse(text)
  } catch (cause) {
    throw new ModelFileError(file, [`its header is not JSON (${(cause as Error).message}): not a safetensors file.`], {
      cause,
    })
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw new ModelFileError(file, ['its header is not a JSON object: not a safetensors file.'])
  return header as Record<string, unknown>
}

function parseEntry(name: string, entry: unknown, problems: string[]) {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>
  const bytes = typeof dtype === 'string' && Object.hasOwn(DTYPE_BYTES, dtype) ? DTYPE_BYTES[dtype] : null
  const refuse = (what: string): null => {
    problems.push(`tensor ${JSON.stringify(name)}: ${what}`)
    return null
  }
  if (bytes === null)
    return refuse(`found dtype ${JSON.stringify(dtype)}; known are ${Object.keys(DTYPE_BYTES).join(', ')}.`)
  if (!isCountList(shape)) return refuse(`found shape ${JSON.stringify(shape)}; it must be a list of sizes.`)
  if (!isCountList(offsets) || offsets.length !== 2 || offsets[0] > offsets[1])
    return refuse(`found data_offsets ${JSON.stringify(offsets)}; they must be [begin, end] with begin ≤ end.`)
  const [begin, end] = offsets
  const needed = shape.reduce((size, n) => size * n, bytes)
  if (end - begin !== needed)
    return refuse(
      `${dtype} of shape [${shape.join(', ')}] takes ${needed} bytes, its data_offsets span ${end - begin}.`,
    )
  return { dtype: dtype as string, shape, begin, end }
}

function isCountList(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0)
}

/** Tensors lie one after the other from the header's end to the file's end. */
function checkCoverage(tensors: TensorEntry[], dataStart: number, fileBytes: number, problems: string[]): void {
  if (problems.length > 0) return
  let at = dataStart
  for (const { name, begin, end } of [...tensors].sort((x, y) => x.begin - y.begin || x.end - y.end)) {
    const tensor = `tensor ${JSON.stringify(name)}`
    if (end > fileBytes) {
      problems.push(
        `${tensor}: it ends at byte ${end}, the file at ${fileBytes}: the file is cut short; fetch or copy it again.`,
      )
    } else if (begin < at) {
      problems.push(`${tensor}: it begins at byte ${begin}, inside the tensor before it, which ends at ${at}.`)
    } else if (begin > at) {
      problems.push(
        `${tensor}: it begins at byte ${begin}, but the one before it ends at ${at}: ${begin - at} bytes belong to none.`,
      )
    }
    at = Math.max(at, end)
  }
  if (problems.length === 0 && at < fileBytes)
    problems.push(
      `its last tensor ends at byte ${at}, the file at ${fileBytes}: ${fileBytes - at} bytes belong to none.`,
    )
}

function parseMetadata(value: unknown, problems: string[]): Record<string, string> {
  if (value === undefined || value === null) return {}
  const isText = typeof value === 'object' && Object.values(value).every((item) => typeof item === 'string')
  if (!isText || Array.isArray(value)) problems.push('__metadata__: it must be an object of strings.')
  return isText ? (value as Record<string, string>) : {}
}
