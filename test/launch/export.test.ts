import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fintune } from '../helpers/fintune.js'
import { runToEnd } from '../helpers/runToEnd.js'
import { temporaryFolder } from '../helpers/temporaryFolder.js'

// How the embedded base model is made: trained from nothing, then exported. LoRA's exports are in runDirectory.test.ts.

test('a model trained whole is exported as the dtype that was asked for', async () => {
  const ids = [3, 9, 27, 17, 5, 61]
  const folder = await temporaryFolder({ 'ids.jsonl': `${JSON.stringify({ input_ids: ids, labels: ids })}\n` })
  const file = join(folder, 'recipe.yaml')
  writeFileSync(
    file,
    `version: 1
name: fresh
output: ${join(folder, 'runs')}
model:
  init:
    { model_type: qwen2, vocab_size: 64, hidden_size: 32, intermediate_size: 48, num_hidden_layers: 2,
      num_attention_heads: 2, num_key_value_heads: 1, max_position_embeddings: 64 }
data: {ids: {type: tokens, path: ${join(folder, 'ids.jsonl')}}}
stages: [{type: sft, name: sft, train: [ids], steps: 2, batchSize: 1, optimizer: {learningRate: 1.0e-2}}]
`,
  )
  const { outcome } = await runToEnd(file)
  const trained = join(outcome.directory, 'sft/model')
  const exported = join(folder, 'exported')
  const args = ['export', outcome.directory, '--to', exported, '--dtype', 'bfloat16']
  expect(await fintune(args)).toMatchObject({ code: 0 })

  const config = JSON.parse(readFileSync(join(exported, 'config.json'), 'utf8')) as Record<string, unknown>
  expect(config).toMatchObject({ architectures: ['Qwen2ForCausalLM'], torch_dtype: 'bfloat16' })
  const bytes = (directory: string) => statSync(join(directory, 'model.safetensors')).size
  expect(bytes(exported)).toBeLessThan(0.7 * bytes(trained))

  writeFileSync(join(folder, 'probe.json'), JSON.stringify({ input_ids: [ids] }))
  const [before, after] = await Promise.all(
    [trained, exported].map(async (directory) => {
      const { stdout } = await fintune(['logprobs', directory, '--tokens', join(folder, 'probe.json'), '--json'])
      return (JSON.parse(stdout) as { logprobs: number[][] }).logprobs[0]
    }),
  )
  expect(before).toHaveLength(ids.length - 1)
  before.forEach((value, i) => expect(after[i]).toBeCloseTo(value, 1))
  expect(after).not.toEqual(before)
}, 120_000)
