import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packageRoot } from '../../src/lib/packageRoot.js'
import { fintune } from '../helpers/fintune.js'

test('the recipe’s is JSON Schema that knows every section and every type', async () => {
  const { code, stdout } = await fintune(['schema', 'recipe'])
  expect(code).toBe(0)
  const schema = JSON.parse(stdout)
  expect(schema).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object' })
  expect(schema.required).toEqual(['version', 'name', 'model', 'stages'])
  expect(schema.additionalProperties).toBe(false)
  const types = (union: { oneOf: { properties: { type: { const: string } } }[] }) =>
    union.oneOf.map(({ properties }) => properties.type.const)
  expect(types(schema.properties.stages.items)).toEqual(['sft', 'grpo', 'eval'])
  expect(types(schema.properties.data.additionalProperties)).toContain('convfinqa')
  expect(types(schema.properties.verifier.properties.model)).toEqual([
    'embedded',
    'openai',
    'local',
    'none',
    'majority',
    'escalation',
  ])
})

test('the step log’s says which fields are deterministic', async () => {
  const { code, stdout } = await fintune(['schema', 'step-log'])
  expect(code).toBe(0)
  const { properties } = JSON.parse(stdout)
  expect(properties.step['x-deterministic']).toBe(true)
  expect(properties.time['x-deterministic']).toBe(false)
})

test('a reader that closes the pipe early is no failure', async () => {
  const program = join(packageRoot(), 'dist/cli/main.js')
  const child = spawn(process.execPath, [program, 'schema', 'recipe'], { stdio: ['ignore', 'pipe', 'pipe'] })
  let stderr = ''
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()))
  child.stdout.destroy()
  const code = await new Promise((resolve) => child.once('close', resolve))
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
})
