import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { reportError } from '../../src/cli/reportError.js'
import { FintuneError } from '../../src/lib/FintuneError.js'
import { InputError } from '../../src/lib/InputError.js'

let said = ''
beforeEach(() => {
  said = ''
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += String(text)
    return true
  })
})
afterEach(() => vi.restoreAllMocks())

test('an error of ours says its message alone and gives its exit code', () => {
  expect(reportError(new InputError('x.yaml: found 1'), { verbose: false })).toBe(2)
  expect(reportError(new FintuneError('the gate failed', { exitCode: 3 }), { verbose: false })).toBe(3)
  expect(said).toBe('x.yaml: found 1\nthe gate failed\n')
})

test('an unexpected one says its first line and where the stack is to be had', () => {
  expect(reportError(new TypeError('x is not a function\nmore'), { verbose: false })).toBe(1)
  expect(said).toMatch(/^Unexpected error: x is not a function\n.*--verbose/)
  expect(said).not.toContain('    at ')
})

test('--verbose shows the stack, and what an error of ours was caused by', () => {
  reportError(new TypeError('odd'), { verbose: true })
  reportError(new InputError('cannot read', { cause: new Error('EIO') }), { verbose: true })
  expect(said).toMatch(/^TypeError: odd\n {4}at /)
  expect(said).toMatch(/cannot read\nCaused by: Error: EIO\n {4}at /)
})
