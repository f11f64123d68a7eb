import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { packageRoot } from '../../src/lib/packageRoot.js'
import { RecipeError } from '../../src/recipe/RecipeError.js'
import { loadRecipe } from '../../src/recipe/loadRecipe.js'
import { temporaryFolder } from '../helpers/temporaryFolder.js'

const good = `version: 1
name: small
model: {path: embedded}
data:
  pages: {type: synthetic, examples: 10}
stages:
  - {type: sft, train: [pages], steps: 4}
  - {type: grpo, train: [pages], steps: 2}
`

async function problemsOf(content: string, options: { set?: string[]; env?: Record<string, string> } = {}) {
  const folder = await temporaryFolder({ 'recipe.yaml': content })
  const error = await loadRecipe(join(folder, 'recipe.yaml'), { env: {}, ...options }).catch(
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(RecipeError)
  return (error as RecipeError).problems
}

async function load(content: string, options: { set?: string[]; env?: Record<string, string> } = {}) {
  const folder = await temporaryFolder({ 'recipe.yaml': content })
  return loadRecipe(join(folder, 'recipe.yaml'), { env: {}, ...options })
}

describe('shipped recipes', () => {
  const folder = join(packageRoot(), 'recipes')
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'))

  test('the five that are promised are there', () => {
    for (const name of ['quickstart', 'finqa', 'fin-r1-qwen2.5-7b', 'sft-only', 'grpo-only'])
      expect(files).toContain(`${name}.yaml`)
  })
  test.each(files)('%s validates and opens with what it does and its command', async (name) => {
    const recipe = await loadRecipe(join(folder, name), { env: {} })
    expect(recipe.stages.length).toBeGreaterThan(0)
    const lines = readFileSync(join(folder, name), 'utf8').split('\n')
    expect(lines[0]).toMatch(/^# \S/)
    const opening = lines
      .slice(
        0,
        lines.findIndex((line) => !line.startsWith('#')),
      )
      .join('\n')
    expect(opening).toContain(`fintune run recipes/${name}`)
  })
})

describe('defaults', () => {
  test('are those of the contract and of TRL', async () => {
    const recipe = await load(good)
    const [sft, grpo] = recipe.stages
    expect(recipe).toMatchObject({
      seed: 0,
      output: 'checkpoints',
      model: { path: 'embedded', adapter: { type: 'full' } },
      engine: { type: 'local', backend: 'auto', dtype: 'auto', threads: 'auto' },
      verifier: { rules: { enabled: true }, model: { type: 'embedded' }, maxUnknownShare: 0.05 },
      rewards: { combine: 'additive', maxGoldFailShare: 0.02 },
      log: { completionsPerStep: 8 },
    })
    expect(recipe.rewards.terms).toEqual([
      { type: 'format', weight: 1 },
      { type: 'accuracy', weight: 1 },
    ])
    expect(sft).toMatchObject({ name: 'sft', batchSize: 16, packing: 'none', shuffle: true })
    expect(grpo).toMatchObject({
      name: 'grpo',
      numGenerations: 8,
      updatesPerBatch: 1,
      sampling: { temperature: 1, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1, stop: [] },
      loss: { type: 'dapo', beta: 0, epsilonLow: 0.2, epsilonHigh: 0.2, scaleRewards: 'group', delta: null },
      optimizer: { learningRate: 1e-6, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, maxGradNorm: 1 },
    })
  })
  test('epsilonHigh follows epsilonLow, but is the bound itself in cispo', async () => {
    const loss = async (value: string) => {
      const [, grpo] = (await load(good, { set: [`stages[1].loss=${value}`] })).stages
      return grpo.type === 'grpo' ? grpo.loss.epsilonHigh : undefined
    }
    expect(await loss('{epsilonLow: 0.3}')).toBe(0.3)
    expect(await loss('{type: cispo}')).toBe(5)
    expect(await loss('{type: cispo, epsilonHigh: 3}')).toBe(3)
  })
  test('a resolved recipe loads again as itself', async () => {
    const recipe = await load(good)
    expect(await load(JSON.stringify(recipe))).toEqual(recipe)
  })
  test('stages come in any order and number', async () => {
    const recipe = await load(`version: 1
name: x
model: {path: embedded}
data: {p: {type: synthetic, examples: 4}}
stages:
  - {type: eval, name: before, data: [p]}
  - {type: grpo, name: first, train: [p], steps: 1}
  - {type: eval, name: between, data: [p]}
  - {type: sft, name: second, train: [p], epochs: 0.5}
  - {type: grpo, name: third, steps: 2, rollouts: {type: replay, path: recorded.jsonl}}
`)
    expect(recipe.stages.map(({ name }) => name)).toEqual(['before', 'first', 'between', 'second', 'third'])
  })
})

describe('problems', () => {
  test('read as promised', async () => {
    const folder = await temporaryFolder({
      'bad.yaml': `version: 1
name: bad
model: {path: embedded}
data: {pages: {type: synthetic, examples: 10}}
verifier:
  model: {typ: embedded}
stages:
  - {type: sft, train: [pages], steps: 4}
  - {type: grpo, train: [pages], steps: 2, numGenerations: 1}
`,
    })
    const file = join(folder, 'bad.yaml')
    await expect(loadRecipe(file)).rejects.toMatchObject({
      exitCode: 2,
      message: `${file} has 2 problems:
  verifier.model.typ: unknown key; did you mean "type"? (${file}:6:11)
  stages[1].numGenerations: found 1; GRPO compares completions of one prompt, so it takes 2 or more (${file}:9:44)
Check again with:  fintune validate ${file}`,
    })
  })
  test('come all at once, shapes and references alike, in the order of the file', async () => {
    const problems = await problemsOf(`version: 2
name: a/b
model: {path: embedded, maxLenght: 64}
data:
  pages: {type: synthetic, examples: 0}
  ids: {type: tokens, path: ids.jsonl}
stages:
  - {type: sft, train: [pagse], batchsize: 3}
  - {type: grpo, name: sft, train: [ids], steps: 3, sampling: {temperature: 0}, optimizer: {warmupSteps: 4}}
  - {type: evl, data: [pages]}
  - 7
`)
    expect(problems.map(({ path, message, line }) => `${line} ${path}: ${message}`)).toEqual([
      '1 version: found 2; allowed: 1',
      '2 name: found "a/b"; names take letters, digits, ".", "_" and "-", and start with a letter or digit',
      '3 model.maxLenght: unknown key; did you mean "maxLength"?',
      '5 data.pages.examples: found 0; expected 1 or more',
      '8 stages[0].batchsize: unknown key; did you mean "batchSize"?',
      '8 stages[0].train[0]: found "pagse"; did you mean "pages"?',
      '8 stages[0].steps: missing; say how long the stage lasts by steps or epochs',
      '9 stages[1].sampling.temperature: found 0; rollouts need a temperature above 0: equal completions teach nothing',
      '9 stages[1].name: stages[0] is called "sft" too; give each stage its own name',
      '9 stages[1].train[0]: "ids" is of type tokens; this stage takes finqa, convfinqa, synthetic',
      '9 stages[1].optimizer.warmupSteps: found 4; the stage has 3 steps, so it would end before its warm-up',
      '10 stages[2].type: found "evl"; allowed: sft, grpo, eval; did you mean "eval"?',
      '11 stages[3]: found 7; expected a map',
    ])
  })
  test.each([
    ['engine={type: ray}', 'engine.type', 'found "ray"; allowed: local, tinker'],
    ['engine.threads=0', 'engine.threads', 'found 0; expected 1 or more'],
    ['engine.threads=all', 'engine.threads', 'found "all"; takes auto or a whole number of 1 or more'],
    [
      'model={}',
      'model.path',
      'missing; a Hugging Face directory, a hub id, or "embedded" (or model.init for a fresh model)',
    ],
    ['model.adapter={rank: 4}', 'model.adapter.type', 'missing; allowed: lora, full'],
    ['model.adapter={type: lora, targets: [q_prj]}', 'model.adapter.targets[0]', 'did you mean "q_proj"?'],
    ['rewards.terms=[]', 'rewards.terms', 'found []; expected at least 1 entry'],
    ['rewards.terms=[{type: format}, {type: format}]', 'rewards.terms[1].type', 'found "format" twice'],
    ['verifier={rules: {enabled: false}, model: {type: none}}', 'verifier', 'nobody judges'],
    ['stages[0].optimizer.learningRate="1e-4"', 'stages[0].optimizer.learningRate', 'expected a number'],
    ['stages[0].shuffle=no', 'stages[0].shuffle', 'found "no"; expected true or false'],
    ['stages[1].train=[]', 'stages[1].train', 'missing; name the data that prompts come from'],
    [
      'stages[1].updatesPerBatch=3',
      'stages[1].updatesPerBatch',
      'cannot be cut into more parts',
      'stages[1].promptsPerStep=2',
    ],
    [
      'stages[1].skipEqualGroups=true',
      'stages[1].skipEqualGroups',
      'the KL has a gradient in every group',
      'stages[1].loss={beta: 0.04}',
    ],
    [
      'stages[1].skipEqualGroups=true',
      'stages[1].skipEqualGroups',
      'divides by the tokens of each micro-batch',
      'stages[1].loss={type: bnpo}',
    ],
    ['stages[1].maxCompletionLength=64', 'stages[1].maxCompletionLength', 'no room for a prompt', 'model.maxLength=64'],
    [
      'data.pages={type: convfinqa, path: x.json, turns: last, history: own}',
      'data.pages.history',
      'found own with turns: last',
    ],
    ['stages=[]', 'stages', 'a recipe needs at least one stage'],
    ['data.pages=', 'data.pages', 'found nothing; expected a map'],
    ['name=', 'name', 'found nothing; expected a text'],
    ['data={"a b": {type: synthetic, examples: 1}}', 'data["a b"]', 'names take letters'],
  ])('%s', async (set, path, message, ...more) => {
    const problems = await problemsOf(good, { set: [set, ...more] })
    const found = problems.find((problem) => problem.path === path)
    expect(found?.message).toContain(message)
  })
  test('broken YAML: file, line, column and what', async () => {
    const [problem] = await problemsOf('version: 1\nname: [a\nmodel: {path: x}\n')
    expect(problem).toMatchObject({
      line: 3,
      column: 1,
      message: expect.stringMatching(/^broken YAML: .*end with a \]/),
    })
  })
  test.each([
    ['a key twice', 'version: 1\nversion: 1\n', 'must be unique'],
    ['a custom tag', 'version: !!js/function 1\n', 'Unresolved tag'],
    ['nothing', '', 'it is empty'],
    ['a list', '- 1\n', 'it holds no keys'],
  ])('%s', async (_, content, message) => {
    const [problem] = await problemsOf(content)
    expect(problem.message).toContain(message)
  })
  test('a file that is not there, or a directory', async () => {
    const folder = await temporaryFolder()
    await expect(loadRecipe(join(folder, 'none.yaml'))).rejects.toThrow(/there is no such file/)
    await expect(loadRecipe(folder)).rejects.toThrow(/it is a directory/)
  })
})

describe('extends', () => {
  test('maps merge, lists and stages are replaced, another type replaces', async () => {
    const folder = await temporaryFolder({
      'base.yaml':
        good.replace('model: {path: embedded}', 'model: {path: embedded, maxLength: 128}') +
        'verifier: {model: {type: openai, url: http://x, model: m}, maxUnknownShare: 0.5}\n',
      'sub/over.yaml': `extends: ../base.yaml
name: over
model: {path: other}
verifier: {model: {type: none}}
stages: [{type: eval, data: [pages]}]
`,
    })
    const recipe = await loadRecipe(join(folder, 'sub/over.yaml'), { env: {} })
    expect(recipe.name).toBe('over')
    expect(recipe.model).toMatchObject({ path: 'other', maxLength: 128 })
    expect(recipe.verifier).toMatchObject({ model: { type: 'none' }, maxUnknownShare: 0.5 })
    expect(recipe.stages.map(({ type }) => type)).toEqual(['eval'])
    expect(recipe).not.toHaveProperty('extends')
  })
  test('a circle is named', async () => {
    const folder = await temporaryFolder({ 'a.yaml': 'extends: b.yaml\n', 'b.yaml': 'extends: a.yaml\n' })
    await expect(loadRecipe(join(folder, 'a.yaml'))).rejects.toThrow(/in a circle: .*a\.yaml → .*b\.yaml → .*a\.yaml/)
  })
  test('a problem in the base is placed there', async () => {
    const folder = await temporaryFolder({
      'base.yaml': good.replace('examples: 10', 'exampels: 10'),
      'over.yaml': 'extends: base.yaml\nname: over\n',
    })
    const base = join(folder, 'base.yaml')
    await expect(loadRecipe(join(folder, 'over.yaml'))).rejects.toMatchObject({
      problems: expect.arrayContaining([
        {
          path: 'data.pages.exampels',
          message: expect.stringContaining('"examples"'),
          file: base,
          line: 5,
          column: 28,
        },
      ]),
    })
  })
})

describe('${env:…}', () => {
  const withPath = (path: string) => good.replace('path: embedded', `path: "${path}"`)

  test('is replaced in paths and URLs', async () => {
    const recipe = await load(withPath('${env:HOME_OF_MODELS}/${env:MODEL}'), {
      env: { HOME_OF_MODELS: '/m', MODEL: 'x' },
    })
    expect(recipe.model.path).toBe('/m/x')
  })
  test('that is not set, or misspelt, or elsewhere, is a problem', async () => {
    const unset = await problemsOf(withPath('${env:NOT_SET}/x'))
    expect(unset[0]).toMatchObject({
      path: 'model.path',
      line: 3,
      message: expect.stringContaining('NOT_SET is not set'),
    })
    const misspelt = await problemsOf(withPath('${env:A B}'))
    expect(misspelt[0].message).toContain('it is written ${env:NAME}')
    const elsewhere = await problemsOf(good.replace('name: small', 'name: "${env:USER}"'), { env: { USER: 'me' } })
    expect(elsewhere[0].message).toContain('in paths and URLs alone')
  })
  test('in extends', async () => {
    const folder = await temporaryFolder({
      'base.yaml': good,
      'over.yaml': 'extends: "${env:BASE}.yaml"\nname: over\n',
    })
    const recipe = await loadRecipe(join(folder, 'over.yaml'), { env: { BASE: 'base' } })
    expect(recipe.name).toBe('over')
  })
})

describe('--set', () => {
  test('sets values as YAML and says so where they are wrong', async () => {
    const recipe = await load(good, {
      set: ['stages[0].steps=7', 'stages[1].sampling.stop=["</answer>"]', 'engine.threads=2'],
    })
    expect(recipe.stages[0]).toMatchObject({ steps: 7 })
    expect(recipe.stages[1]).toMatchObject({ sampling: { stop: ['</answer>'] } })
    expect(recipe.engine).toMatchObject({ threads: 2 })
    const [problem] = await problemsOf(good, { set: ['stages[0].steps=many'] })
    expect(problem).toMatchObject({ path: 'stages[0].steps', file: '--set stages[0].steps=many' })
  })
  test('that is no assignment, or leads nowhere, is an input error that names it', async () => {
    const folder = await temporaryFolder({ 'recipe.yaml': good })
    const set = ['steps', 'stages[9].steps=1', 'stages.steps=1', 'name.x=1', 'a..b=1', 'seed=[1']
    const error: Error = (await loadRecipe(join(folder, 'recipe.yaml'), { set }).catch(
      (thrown: Error) => thrown,
    )) as Error
    expect(error).toMatchObject({ exitCode: 2 })
    expect(error.message.split('\n')).toEqual([
      '--set steps: it is written KEY=VALUE, e.g. stages[0].steps=20',
      '--set stages[9].steps=1: stages has 2 entries, counted from 0',
      '--set stages.steps=1: stages is a list; choose an entry, e.g. stages[0]',
      '--set name.x=1: name is "small", which has nothing inside',
      '--set a..b=1: "a..b" is not a path; one reads like stages[0].optimizer.learningRate',
      expect.stringMatching(/^--set seed=\[1: its value is not YAML: /),
    ])
  })
})
