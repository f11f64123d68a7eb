import '../../helpers/seedProperties.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { h100, type ClusterAssumptions } from '../../../src/launch/cluster/ClusterAssumptions.js'
import { planCluster } from '../../../src/launch/cluster/planCluster.js'
import { gpusPerReplica, simulateSampling } from '../../../src/launch/cluster/simulateSampling.js'
import { loadRecipe } from '../../../src/recipe/loadRecipe.js'
import { fintune } from '../../helpers/fintune.js'
import { temporaryFolder } from '../../helpers/temporaryFolder.js'
import { tokenRecipe } from '../../helpers/tokenRecipe.js'

const seven = { parameters: 7e9, kvBytesPerToken: 57_344, syncBytes: 8e7 }
/** Every completion as long as is allowed, and a GPU whose times can be worked out on paper. */
const simple: ClusterAssumptions = {
  ...h100,
  flops: 1e15,
  bandwidth: 1e12,
  trainingUse: 1,
  decodingUse: 1,
  decodeOverheadS: 0.001,
  meanCompletionShare: 1e6,
  completionSigma: 0,
}

test('sampling takes what reading weights and caches takes, a token at a time', () => {
  const load = { prompts: 1, numGenerations: 2, promptTokens: 100, maxCompletionLength: 50 }
  const { seconds, completionTokens, busy } = simulateSampling(load, 1, seven, simple)
  const prefill = (2 * 7e9 * 100) / 1e15
  const token = (14e9 + 2 * (100 + 25) * 57_344) / 1e12 + 0.001
  expect(seconds).toBeCloseTo(prefill + 50 * token, 9)
  expect([completionTokens, busy]).toEqual([100, 1])
})

test('who does not fit a replica’s memory waits: two waves take twice as long', () => {
  const load = { prompts: 1, numGenerations: 8, promptTokens: 0, maxCompletionLength: 100 }
  const model = { ...seven, parameters: 1e6 }
  const room = (slots: number) => (2e6 + slots * 100 * 57_344 + 1) / 0.9
  const one = simulateSampling(load, 1, model, { ...simple, bandwidth: 1e30, memoryBytes: room(8) })
  const two = simulateSampling(load, 1, model, { ...simple, bandwidth: 1e30, memoryBytes: room(4) })
  expect(two.seconds / one.seconds).toBeCloseTo(2, 2)
})

test('a model too large for a GPU is spread over the fewest that hold it', () => {
  expect(gpusPerReplica(seven, h100)).toBe(1)
  expect(gpusPerReplica({ ...seven, parameters: 32e9 }, h100)).toBe(2)
  expect(gpusPerReplica({ ...seven, parameters: 671e9 }, h100)).toBe(32)
})

test('more GPUs make a step no slower and no cheaper; what is simulated is simulated the same again', async () => {
  const recipe = await loadRecipe('recipes/fin-r1-qwen2.5-7b.yaml')
  const size = fc.constantFrom(1, 2, 4, 8, 64, 1024)
  fc.assert(
    fc.property(size, size, fc.constantFrom(1e9, 7e9), (a, b, parameters) => {
      const model = { ...seven, parameters }
      const stages = planCluster(recipe, [Math.min(a, b), Math.max(a, b)], model, h100, () => 10)
      for (const name of ['sft', 'grpo']) {
        const [few, many] = stages.filter(({ stage }) => stage === name)
        expect(many.stepS).toBeLessThanOrEqual(few.stepS * (1 + 1e-9))
        expect(many.cost!).toBeGreaterThanOrEqual(few.cost! * (1 - 1e-9))
      }
      expect(planCluster(recipe, [a], model, h100, () => 10)).toEqual(planCluster(recipe, [a], model, h100, () => 10))
    }),
    { numRuns: 10 },
  )
})

test('sampling ahead of training is never slower than the slower of the two on their shares', async () => {
  const recipe = await loadRecipe('recipes/fin-r1-qwen2.5-7b.yaml')
  const ahead = {
    ...recipe,
    stages: recipe.stages.map((stage) => (stage.type === 'grpo' ? { ...stage, maxStaleness: 1 } : stage)),
  }
  const [, grpo] = planCluster(ahead, [64], seven, h100, () => null)
  expect(grpo.overlappedStepS!).toBeGreaterThan(Math.max(grpo.samplingS, grpo.trainingS))
  expect(grpo.hours).toBeNull()
  expect(grpo.costPerStep).toBeCloseTo((grpo.overlappedStepS! / 3600) * 64 * h100.pricePerGpuHour, 12)
  expect(planCluster(recipe, [64], seven, h100, () => null)[1].overlappedStepS).toBeUndefined()
})

test('fintune plan: a table with every assumption, --json, steps from the data where it is here', async () => {
  const files = tokenRecipe({ steps: 3 })
  const epochs = files['recipe.yaml'].replace('steps: 3', 'epochs: 3')
  const folder = await temporaryFolder({ ...files, 'epochs.yaml': epochs })
  const text = await fintune(['plan', 'recipe.yaml', '--gpus', '8'], { cwd: folder })
  expect([text.code, text.stderr]).toEqual([0, ''])
  for (const word of ['simulated', 'Assumed:', 'TFLOP/s', 'judge', 'config.json of'])
    expect(text.stdout).toContain(word)
  const json = await fintune(['plan', 'epochs.yaml', '--json'], { cwd: folder })
  const { stages, assumptions } = JSON.parse(json.stdout) as {
    stages: { gpus: number; steps: number; stepS: number }[]
    assumptions: ClusterAssumptions
  }
  expect(stages.map(({ gpus, steps }) => [gpus, steps])).toEqual([8, 64, 1024].map((gpus) => [gpus, 12]))
  expect(assumptions).toEqual(h100)
})

test('fintune plan: what it cannot know it asks for', async () => {
  const folder = await temporaryFolder(tokenRecipe({ steps: 3 }))
  const plan = (...args: string[]) => fintune(['plan', 'recipe.yaml', ...args], { cwd: folder })
  const nameless = await plan('--set', 'model.path=somebody/nameless')
  expect([nameless.code, nameless.stderr]).toEqual([2, expect.stringContaining('--parameters 7.6e9') as string])
  const small = await plan('--parameters', '671e9', '--gpus', '8')
  expect([small.code, small.stderr]).toEqual([2, expect.stringContaining('32 or more') as string])
})
