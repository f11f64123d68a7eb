import { sum } from '../lib/sum.js'
import type { TensorSpec } from './modelTensors.js'

/** How many numbers these tensors hold together. */
export function countParameters(tensors: readonly TensorSpec[]): number {
  return sum(tensors.map(({ shape }) => shape.reduce((size, n) => size * n, 1)))
}
