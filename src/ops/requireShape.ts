import { FintuneError } from '../lib/FintuneError.js'

/**
 * Throws unless a tensor has the shape an op is defined for: a wrong shape is a bug in the caller, and a kernel
 * that read past an array's end would not say so.
 *
 * @param name  what the message calls the tensor, e.g. "linear weight"
 * @param shape expected sizes; −1 takes any
 * @throws FintuneError naming the tensor, its shape and the expected one
 */
export function requireShape(name: string, tensor: { shape: readonly number[] }, shape: readonly number[]): void {
  const found = tensor.shape
  const fits = found.length === shape.length && shape.every((size, i) => size < 0 || size === found[i])
  if (fits) return
  const expected = shape.map((size) => (size < 0 ? 'any' : size)).join(', ')
  throw new FintuneError(`${name}: found shape [${found.join(', ')}], expected [${expected}]`)
}
