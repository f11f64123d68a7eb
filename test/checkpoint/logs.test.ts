import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CompletionLog } from '../../src/checkpoint/CompletionLog.js'
import { recipeChanges } from '../../src/launch/recipeChanges.js'
import { runRecipeText } from '../../src/launch/runRecipeText.js'
import { maskSecrets } from '../../src/lib/maskSecrets.js'
import { temporaryFolder } from '../helpers/temporaryFolder.js'

describe('completions', () => {
  test('are bounded: the oldest half goes', async () => {
    const folder = await temporaryFolder()
    const log = new CompletionLog(folder, 2_000)
    for (let step = 1; step <= 100; step++) await log.append('grpo', [{ step, text: 'x'.repeat(80) }])
    expect(readdirSync(folder).sort()).toEqual(['grpo.1.jsonl', 'grpo.jsonl'])
    const total = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
    expect(total).toBeLessThanOrEqual(2_000)
    expect(readFileSync(join(folder, 'grpo.jsonl'), 'utf8')).toContain('"step":100')
  })

  test('of steps that are run again are forgotten, and so is half a line', async () => {
    const folder = await temporaryFolder({
      'grpo.jsonl': '{"step":1}\n{"step":2}\n{"step":3}\n{"st',
      'later.jsonl': '{"step":1}\n',
    })
    await new CompletionLog(folder, 2_000).rewind('grpo', 2, ['later'])
    expect(readFileSync(join(folder, 'grpo.jsonl'), 'utf8')).toBe('{"step":1}\n{"step":2}\n')
    expect(existsSync(join(folder, 'later.jsonl'))).toBe(false)
  })
})

describe('secrets', () => {
  const env = { JUDGE_API_KEY: 'sk-very-secret-1', PATH: '/usr/bin', TOKENIZERS_PARALLELISM: 'false' }

  test('are masked by the name of their variable, so that a recipe reads them back', () => {
    expect(maskSecrets('https://h/v1?key=sk-very-secret-1 false', env)).toBe(
      'https://h/v1?key=${env:JUDGE_API_KEY} false',
    )
    expect(maskSecrets('{"url":"https://me:hunter22@host/v1"}', {})).toBe('{"url":"https://me:***@host/v1"}')
  })

  test('reach no recipe.yaml', () => {
    const text = runRecipeText({ verifier: { model: { url: 'http://user:password1@host' } } })
    expect(text).not.toContain('password1')
  })
})

describe('what of a recipe may change', () => {
  const kinds = (before: object, after: object) => recipeChanges(before, after).map(({ key, kind }) => `${key} ${kind}`)

  test('more steps and stages at the end, logs and checkpoints; nothing that shapes a number', () => {
    const stage = { name: 'sft', steps: 7, optimizer: { learningRate: 0.1 } }
    expect(kinds({ stages: [stage] }, { stages: [{ ...stage, steps: 9 }, { name: 'eval' }] })).toEqual([
      'stages[0].steps more',
      'stages[1] more',
    ])
    expect(kinds({ stages: [stage] }, { stages: [{ ...stage, steps: 5 }] })).toEqual(['stages[0].steps fixed'])
    expect(kinds({ seed: 1, log: { level: 'info' } }, { seed: 2, log: { level: 'debug' } })).toEqual([
      'seed fixed',
      'log.level free',
    ])
    expect(kinds({ logo: 1 }, { logo: 2 })).toEqual(['logo fixed'])
    // Where a judge listens and how patiently it is asked, wherever in the recipe it stands; not who it is.
    const judge = (url: string, model: string) => ({ type: 'openai', url, model })
    const judged = (one: object) => ({ verifier: { model: { judges: [one] } }, rewards: { terms: [{ model: one }] } })
    expect(kinds(judged(judge('http://a', 'x')), judged(judge('http://b', 'y')))).toEqual([
      'verifier.model.judges[0].url free',
      'verifier.model.judges[0].model fixed',
      'rewards.terms[0].model.url free',
      'rewards.terms[0].model.model fixed',
    ])
    expect(kinds({ stages: [stage, stage] }, { stages: [stage] })).toEqual(['stages[1] fixed'])
  })
})
