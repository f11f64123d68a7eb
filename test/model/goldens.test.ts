import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadAdapter } from '../../src/model/adapter/loadAdapter.js'
import { mergeAdapter } from '../../src/model/adapter/mergeAdapter.js'
import { decoderForward } from '../../src/model/decoderForward.js'
import { loadModel } from '../../src/model/loadModel.js'
import type { Model } from '../../src/model/Model.js'
import { outputHead } from '../../src/model/outputHead.js'
import { initBackend } from '../../src/ops/initBackend.js'
import { makeSequenceLayout } from '../../src/ops/makeSequenceLayout.js'
import { tokenLogprobs } from '../../src/ops/tokenLogprobs.js'
import { availableBackends } from './support/availableBackends.js'
import { golden, goldenPath } from './support/golden.js'
import { greedy } from './support/greedy.js'

// Values by Transformers in float32 (test/golden); tolerances from the README there.
interface LogprobSequence {
  input_ids: number[]
  argmax: number[]
  [values: `${'logprobs' | 'entropy'}_t${string}`]: number[]
}

function logitsOf(model: Model, hidden: tf.Tensor2D): Float32Array {
  return tf.tidy(() => tf.matMul(hidden, outputHead(model), false, true)).dataSync() as Float32Array
}

function layoutOf(sequences: number[][]) {
  return makeSequenceLayout(sequences.map((ids) => ({ length: ids.length })))
}

/** The largest |found − wanted| − relative·|wanted|. */
function worstExcess(found: ArrayLike<number>, wanted: readonly number[], relative = 0): number {
  expect(found.length).toBe(wanted.length)
  return wanted.reduce((worst, x, i) => Math.max(worst, Math.abs(found[i] - x) - relative * Math.abs(x)), 0)
}

describe.each(await availableBackends())('on the %s backend', (backend) => {
  beforeAll(() => initBackend({ backend, threads: 2 }))

  describe.each(['tiny-qwen2', 'tiny-qwen3', 'tiny-llama'])('%s', (name) => {
    let model: Model
    beforeAll(async () => {
      model = await loadModel(goldenPath(name))
    })
    afterAll(() => model.dispose())

    test('logits', () => {
      const { input_ids: ids, logits } = golden<{ input_ids: number[][]; logits: number[][][] }>(`${name}/logits.json`)
      const hidden = decoderForward(model, { tokens: Int32Array.from(ids.flat()), layout: layoutOf(ids) })
      expect(worstExcess(logitsOf(model, hidden), logits.flat(2), 1e-5)).toBeLessThan(5e-5)
      hidden.dispose()
    })

    test.each(['1.0', '0.7'] as const)(
      'log-probabilities, entropies and predictions at temperature %s',
      (temperature) => {
        const { sequences } = golden<{ sequences: LogprobSequence[] }>(`${name}/logprobs.json`)
        for (const sequence of sequences) {
          const ids = sequence.input_ids
          const found = tf.tidy(() => {
            const rows = Int32Array.from(ids.slice(1).keys()) // every position but the last has a next token
            const hidden = decoderForward(model, { tokens: Int32Array.from(ids), layout: layoutOf([ids]), rows })
            const { logprobs, ...rest } = tokenLogprobs(
              hidden,
              outputHead(model),
              Int32Array.from(ids.slice(1)),
              +temperature,
            )
            return { logprobs: logprobs.dataSync(), ...rest }
          })
          expect(worstExcess(found.logprobs, sequence[`logprobs_t${temperature}`])).toBeLessThan(5e-5)
          expect(worstExcess(found.entropy, sequence[`entropy_t${temperature}`])).toBeLessThan(5e-5)
          expect([...found.argmax]).toEqual(sequence.argmax)
        }
      },
    )

    test('greedy tokens through the cache, all prompts in one batch', () => {
      const { prompts } = golden<{ prompts: { prompt_ids: number[]; greedy_ids: number[] }[] }>(`${name}/greedy.json`)
      const { tokens } = greedy(
        model,
        prompts.map((prompt) => prompt.prompt_ids),
        24,
      )
      expect(tokens).toEqual(prompts.map((prompt) => prompt.greedy_ids))
    })
  })

  describe('LoRA on tiny-qwen2', () => {
    // adapter_model.safetensors is the adapter after the six steps that lora_sft.json's probe was taken after.
    const { probe } = golden<{ probe: { input_ids: number[]; logits_after: number[] } }>('lora/lora_sft.json')
    const probeLogits = (model: Model, adapter: Parameters<typeof decoderForward>[1]['adapter']) => {
      const tokens = Int32Array.from(probe.input_ids)
      const rows = Int32Array.of(tokens.length - 1)
      const hidden = decoderForward(model, { tokens, layout: layoutOf([probe.input_ids]), adapter, rows })
      return logitsOf(model, hidden)
    }

    test('base with adapter, and the two merged', async () => {
      const model = await loadModel(goldenPath('tiny-qwen2'))
      const adapter = await loadAdapter(goldenPath('lora'), model)
      expect(worstExcess(probeLogits(model, null), probe.logits_after)).toBeGreaterThan(0.1) // the adapter does something
      expect(worstExcess(probeLogits(model, adapter), probe.logits_after)).toBeLessThan(5e-4)
      mergeAdapter(model, adapter)
      expect(worstExcess(probeLogits(model, null), probe.logits_after)).toBeLessThan(5e-4)
      adapter.dispose()
      model.dispose()
    })
  })
})
