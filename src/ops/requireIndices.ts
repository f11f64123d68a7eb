import { FintuneError } from '../lib/FintuneError.js'

/** Throws unless every index lies in [0, bound): out of range would read or write foreign memory in a kernel. */
export function requireIndices(name: string, indices: Int32Array, bound: number): void {
  for (let i = 0; i < indices.length; i++) {
    if (indices[i] >= 0 && indices[i] < bound) continue
    throw new FintuneError(`${name}[${i}]: found ${indices[i]}, allowed 0 to ${bound - 1}`)
  }
}
