import fc from 'fast-check'
import { expect, test } from 'vitest'
import { applySet } from '../../src/recipe/applySet.js'
import { formatPath } from '../../src/recipe/formatPath.js'
import { getAt } from '../../src/recipe/getAt.js'
import { parsePath } from '../../src/recipe/parsePath.js'

const key = fc.oneof(
  fc.constantFrom('stages', 'data', 'finqa-train', 'learningRate', 'a'),
  fc.string({ minLength: 1 }).filter((text) => text !== '__proto__'),
)
const path = fc.array(fc.oneof(key, fc.nat({ max: 3 })), { minLength: 1, maxLength: 5 })
const json = fc.jsonValue({ maxDepth: 2 })

test('a path reads back as it was written', () => {
  fc.assert(
    fc.property(path, (path) => {
      expect(parsePath(formatPath(path))).toEqual(path)
    }),
  )
})

test('what was set is there, and nothing else has changed', () => {
  const keys = fc.array(key, { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(keys, json, (keys, value) => {
      const root = { untouched: [1, { b: 2 }], zzz: 'x' }
      const result = applySet(root, `${formatPath(keys)}=${JSON.stringify(value)}`)
      if ('problem' in result) {
        expect(['untouched', 'zzz']).toContain(keys[0])
        return
      }
      expect(getAt(result.value, keys)).toEqual(JSON.parse(JSON.stringify(value)))
      expect(result.path).toEqual(keys)
      expect(root).toEqual({ untouched: [1, { b: 2 }], zzz: 'x' })
      for (const other of ['untouched', 'zzz'] as const)
        if (keys[0] !== other) expect(getAt(result.value, [other])).toEqual(root[other])
    }),
  )
})

test('an entry of a list is replaced or appended, never skipped past', () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { maxLength: 4 }), fc.nat({ max: 6 }), (list, index) => {
      const result = applySet({ list }, `list[${index}]=99`)
      if (index > list.length) {
        expect(result).toHaveProperty('problem')
        return
      }
      const expected = [...list]
      expected[index] = 99
      expect(result).toMatchObject({ value: { list: expected } })
    }),
  )
})

test('any text at all gives a value or a problem, never an exception', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(applySet({ a: [1], b: { c: 2 } }, text)).toBeTypeOf('object')
    }),
  )
})

test('a later --set sees an earlier one', () => {
  const first = applySet({}, 'data.pages={type: synthetic}')
  if ('problem' in first) throw new Error(first.problem)
  expect(applySet(first.value, 'data.pages.examples=5')).toMatchObject({
    value: { data: { pages: { type: 'synthetic', examples: 5 } } },
  })
})
