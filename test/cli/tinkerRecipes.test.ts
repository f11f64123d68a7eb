import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packageRoot } from '../../src/lib/packageRoot.js'
import { fintune } from '../helpers/fintune.js'
import { temporaryFolder } from '../helpers/temporaryFolder.js'

// Their models and data are far; here a small model's config and tokenizer and invented pages stand for them.
test.each(['fin-r1-qwen2.5-7b', 'agentar-qwen3-8b', 'agentar-qwen3-32b'])(
  '%s: a dry run opens and checks everything but the server, and writes nothing',
  async (name) => {
    const cwd = await temporaryFolder({})
    const sources = ['finqa-train', 'conv-train', 'finqa-dev', 'finqa-test', 'conv-dev', 'distilled']
    const used = name.startsWith('fin-r1')
      ? sources.filter((source) => source !== 'finqa-dev')
      : sources.filter((source) => source !== 'distilled')
    const set = [
      'model.path=embedded',
      'prompt.maxPromptTokens=1024',
      ...used.map((source, i) => `data.${source}={type: synthetic, examples: 8, seed: ${i}}`),
    ].flatMap((change) => ['--set', change])
    const recipe = join(packageRoot(), 'recipes', `${name}.yaml`)
    const run = (more: string[]) =>
      fintune(['run', recipe, '--dry-run', '--json', ...set, ...more], { cwd, env: { JUDGE_API_KEY: 'k' } })
    const { code, stdout, stderr } = await run([])
    expect([code, stderr]).toEqual([0, expect.any(String)])
    const plan = JSON.parse(stdout) as { engine: { type: string }; stages: { type: string; steps: number }[] }
    expect(plan.engine.type).toBe('tinker')
    expect(plan.stages.map(({ type }) => type)).toEqual(['sft', 'grpo', 'eval'])
    const refused = await run([
      '--set',
      'model.adapter={type: full}',
      '--set',
      'stages[1].loss.beta=0.1',
      '--set',
      'stages[1].loss.kl.in=loss',
    ])
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('{type: lora, rank: 16}')
    expect(refused.stderr).toContain('kl: {in: reward}')
  },
)
