import { createHash } from 'node:crypto'
import type { ProgramStep } from './parseSteps.js'
import { parseSteps } from './parseSteps.js'
import { pythonText } from './pythonText.js'
import { tokenizeProgram } from './tokenizeProgram.js'

/**
 * Program accuracy by the official rule: every distinct literal of the gold program (and every whole table step) becomes a
 * symbol, a prediction that uses anything else is wrong, and the two formulas that end in the last step must be equal as
 * algebra. A gold program that is one number (ConvFinQA) is met by the same text alone.
 *
 * Equality is decided by evaluating both formulas at one random point over a 127-bit prime field, where different rational
 * functions agree with probability below 2⁻⁹⁰; symbols' values are hashes of their names.
 *
 * @param gold, predicted text, or tokens without EOF
 */
export function programsEquivalent(gold: string | readonly string[], predicted: string | readonly string[]): boolean {
  const [goldTokens, tokens] = [gold, predicted].map((p) => (typeof p === 'string' ? tokenizeProgram(p) : p))
  if (goldTokens.length === 1) return tokens.length === 1 && tokens[0] === goldTokens[0]
  const goldSteps = parseSteps(goldTokens)
  const steps = parseSteps(tokens)
  if (typeof goldSteps === 'string' || typeof steps === 'string') return false
  const symbols = new Set(goldSteps.flatMap(namesOf))
  if (!steps.every((step, index) => usesOnly(symbols, step, index))) return false
  const [left, right] = [evaluateLast(goldSteps), evaluateLast(steps)]
  return (
    left !== undefined && right !== undefined && left.kind === right.kind && left.p === right.p && left.q === right.q
  )
}

const isTable = (step: ProgramStep) => step.operator.includes('table')

/** What a step's symbols stand for: its literals, or the whole of a table step. */
function namesOf(step: ProgramStep): string[] {
  return isTable(step) ? [step.text] : [step.arg1, step.arg2].filter((argument) => !argument.includes('#'))
}

function usesOnly(symbols: ReadonlySet<string>, step: ProgramStep, index: number): boolean {
  if (isTable(step)) return symbols.has(step.text)
  return [step.arg1, step.arg2].every((argument) => {
    if (!argument.includes('#')) return symbols.has(argument)
    const target = pythonText.integer(argument.replace(/^#+|#+$/g, ''))
    return target !== undefined && target >= 0 && target < index
  })
}

// A safe prime P = 2Q + 1: values live modulo P; exponents live modulo Q, the order of the squares modulo P.
const P = 170141183460469231731687303715884103007n
const Q = 85070591730234615865843651857942051503n

/** A formula's value at the random point, modulo P and, for its use as an exponent, modulo Q. */
interface Point {
  readonly kind: 'number' | 'comparison'
  readonly p: bigint
  readonly q: bigint
}

/** The last step's value; undefined where there is none (no step, a division by zero, arithmetic on a comparison). */
function evaluateLast(steps: readonly ProgramStep[]): Point | undefined {
  const points: (Point | undefined)[] = []
  for (const step of steps) points.push(evaluate(step, points))
  return points[points.length - 1]
}

function evaluate(step: ProgramStep, points: readonly (Point | undefined)[]): Point | undefined {
  if (isTable(step)) return symbol(step.text)
  const [a, b] = [step.arg1, step.arg2].map((argument) =>
    argument.includes('#') ? points[pythonText.integer(argument.replaceAll('#', '')) ?? -1] : symbol(argument),
  )
  if (a?.kind !== 'number' || b?.kind !== 'number') return undefined
  switch (step.operator) {
    case 'add':
      return point((x, y) => x + y, a, b)
    case 'subtract':
      return point((x, y) => x - y, a, b)
    case 'multiply':
      return point((x, y) => x * y, a, b)
    case 'divide':
      return b.p === 0n || b.q === 0n ? undefined : point((x, y, m) => x * power(y, m - 2n, m), a, b)
    case 'exp':
      return raise(a, b)
    case 'greater':
      return { ...point((x, y) => x - y, a, b), kind: 'comparison' } // a > b is a − b > 0
    default:
      return undefined
  }
}

function point(compute: (x: bigint, y: bigint, modulus: bigint) => bigint, a: Point, b: Point): Point {
  return { kind: 'number', p: modulo(compute(a.p, b.p, P), P), q: modulo(compute(a.q, b.q, Q), Q) }
}

/**
 * A power. A small whole exponent multiplies out. Any other makes g(base)^exponent with g a hash into the squares, so
 * that x^a · x^b = x^(a+b) holds, and nothing that algebra does not say of all numbers ((xy)^a = x^a y^a does not).
 */
function raise(base: Point, exponent: Point): Point {
  for (let n = 0n; n <= 64n; n++)
    if (exponent.p === n && exponent.q === n) return { kind: 'number', p: power(base.p, n, P), q: power(base.q, n, Q) }
  const generator = hash(`base ${base.p} ${base.q}`, P) ** 2n % P
  const q = hash(`power ${base.p} ${base.q} ${exponent.p} ${exponent.q}`, Q)
  return { kind: 'number', p: power(generator, exponent.q, P), q }
}

function symbol(name: string): Point {
  return { kind: 'number', p: hash(`p ${name}`, P), q: hash(`q ${name}`, Q) }
}

function hash(text: string, modulus: bigint): bigint {
  return BigInt(`0x${createHash('sha256').update(text).digest('hex')}`) % modulus
}

const modulo = (x: bigint, modulus: bigint) => ((x % modulus) + modulus) % modulus

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  for (let square = base, left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}
