import { activeNative } from './backends/activeNative.js'

/**
 * Zeros for a tensor that lives long (a weight, a moment). Where the backend is native and they are many, they lie in huge
 * pages: else the first to write them takes a page fault, and on two threads an interrupt, for every 4 kB.
 */
export function zeroFloats(length: number): Float32Array {
  const native = activeNative()
  return native ? new Float32Array(native.addon.allocate(4 * length), 0, length) : new Float32Array(length)
}
