import { expect } from 'vitest'

/** Equal to the last bit (−0 and 0 differ). */
export function expectSame(found: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  expect(found.length, what).toBe(expected.length)
  for (let i = 0; i < found.length; i++) {
    if (!Object.is(found[i], expected[i])) throw new Error(`${what}: element ${i} is ${found[i]}, not ${expected[i]}`)
  }
}
