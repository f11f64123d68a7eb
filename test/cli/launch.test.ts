import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { fintune } from '../helpers/fintune.js'
import { temporaryFolder } from '../helpers/temporaryFolder.js'
import { tokenRecipe } from '../helpers/tokenRecipe.js'

const given = ['--cpus', '2', '--memory', '2048']

test('slurm: prints the script it writes, with resources from the plan, beside the recipe as it is now', async () => {
  const folder = await temporaryFolder(tokenRecipe({ steps: 3 }))
  const { code, stdout, stderr } = await fintune(
    ['launch', 'slurm', 'recipe.yaml', '--set', 'engine.threads=2', '--time', '2:00:00', '--partition', 'long'],
    { cwd: folder },
  )
  expect(code).toBe(0)
  const script = join(folder, 'runs/tiny/launch/slurm.sh')
  expect(stderr).toContain(`sbatch ${script}`)
  expect(readFileSync(script, 'utf8')).toBe(stdout)
  for (const line of [
    'time=2:00:00',
    'signal=B:USR1@120',
    'cpus-per-task=2',
    'partition=long',
    'requeue',
    `chdir=${folder}`,
  ])
    expect(stdout).toContain(`#SBATCH --${line}\n`)
  const memory = Number(/--mem=(\d+)M/.exec(stdout)![1])
  expect(memory).toBeGreaterThanOrEqual(768) // Node has 150 or so resident, and the model next to nothing
  expect(memory).toBeLessThan(2048)
  const frozen = parse(readFileSync(join(folder, 'runs/tiny/launch/recipe.yaml'), 'utf8')) as {
    engine: { threads: number }
  }
  expect(frozen.engine.threads).toBe(2)
})

test('slurm: what would fail in the queue fails now', async () => {
  const folder = await temporaryFolder(tokenRecipe({ steps: 3 }))
  expect((await fintune(['run', 'recipe.yaml'], { cwd: folder })).code).toBe(0)
  const done = await fintune(['launch', 'slurm', 'recipe.yaml', ...given], { cwd: folder })
  expect([done.code, done.stderr]).toEqual([2, expect.stringContaining('holds this run already, done') as string])
  const other = await fintune(['launch', 'slurm', 'recipe.yaml', ...given, '--set', 'seed=9'], { cwd: folder })
  expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('seed: was 3, is 9') as string])
  const never = await fintune(['launch', 'slurm', 'recipe.yaml', ...given, '--time', 'soon'], { cwd: folder })
  expect([never.code, never.stderr]).toEqual([2, expect.stringContaining('--time: found "soon"') as string])
})

test('slurm --submit without sbatch: the script is there, the way out is said, exit 1', async () => {
  const folder = await temporaryFolder(tokenRecipe({ steps: 3 }))
  const args = ['launch', 'slurm', 'recipe.yaml', ...given, '--submit']
  const { code, stderr } = await fintune(args, { cwd: folder, env: { PATH: '/nowhere' } })
  expect(code).toBe(1)
  expect(stderr).toContain('there is no sbatch on this machine')
  expect(existsSync(join(folder, 'runs/tiny/launch/slurm.sh'))).toBe(true)
})

test('kubernetes: a ConfigMap and a Job that requeue without npm, and no secret in them', async () => {
  const judge = 'verifier: {model: {type: openai, url: "${env:JUDGE_URL}", model: m, apiKeyEnv: JUDGE_KEY}}\n'
  const folder = await temporaryFolder(tokenRecipe({ steps: 3, more: judge }))
  const env = { JUDGE_URL: 'http://judge/v1', JUDGE_KEY: 'very-secret-indeed' }
  const args = [
    'launch',
    'kubernetes',
    'recipe.yaml',
    ...given,
    '--grace',
    '60',
    '--image',
    'registry.example/fintune:2',
  ]
  const { code, stdout } = await fintune(args, { cwd: folder, env })
  expect(code).toBe(0)
  expect(stdout).not.toContain('very-secret-indeed')
  const [configMap, job] = parseAllDocuments(stdout).map(
    (document) => document.toJS() as { data: Record<string, string> },
  )
  expect(configMap).toMatchObject({ kind: 'ConfigMap', metadata: { name: 'fintune-tiny' } })
  expect(parse(configMap.data['recipe.yaml'])).toMatchObject({
    name: 'tiny',
    seed: 3,
  })
  const container = {
    image: 'registry.example/fintune:2',
    command: ['node', '/app/dist/cli/main.js'],
    args: ['run', '/etc/fintune/recipe.yaml', '--run-dir', 'runs/tiny', '--resume=auto'],
    env: [{ name: 'JUDGE_KEY', valueFrom: { secretKeyRef: { name: 'fintune-keys', key: 'JUDGE_KEY' } } }],
    resources: { requests: { cpu: '2', memory: '2048Mi' }, limits: { cpu: '2', memory: '2048Mi' } },
  }
  expect(job).toMatchObject({
    apiVersion: 'batch/v1',
    kind: 'Job',
    spec: {
      podFailurePolicy: {
        rules: [
          { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
          { action: 'Ignore', onExitCodes: { operator: 'In', values: [75] } },
          { action: 'FailJob', onExitCodes: { operator: 'In', values: [2, 3] } },
        ],
      },
      template: { spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 60, containers: [container] } },
    },
  })
})

test('slurm: a server of its own for a Tinker recipe, SkyRL’s by default; not for a recipe that trains here', async () => {
  const files = tokenRecipe({ steps: 3 })
  const folder = await temporaryFolder({
    ...files,
    'tinker.yaml': files['recipe.yaml']
      .replace('engine: {threads: 1}', 'engine: {type: tinker, url: "http://localhost:8123"}')
      .replace('tiny-qwen3}', 'tiny-qwen3, adapter: {type: lora, rank: 8, alpha: 32}}'),
  })
  const args = [...given, '--server-nodes', '2', '--gpus-per-node', '4', '--skyrl', '/opt/SkyRL']
  const { code, stdout, stderr } = await fintune(['launch', 'slurm', 'tinker.yaml', ...args], { cwd: folder })
  expect([code, stderr]).toEqual([0, expect.stringContaining('sbatch') as string])
  expect(stdout).toContain('export port=8123')
  expect(stdout).toContain('uv run --project /opt/SkyRL --extra tinker --extra fsdp -m skyrl.tinker.api')
  expect(stdout).toContain('"generator.inference_engine.num_engines":8')
  const local = await fintune(['launch', 'slurm', 'recipe.yaml', ...args], { cwd: folder })
  expect([local.code, local.stderr]).toEqual([2, expect.stringContaining('engine: {type: tinker') as string])
  const far = ['launch', 'slurm', 'tinker.yaml', ...args, '--set', 'engine.url=http://cluster:8000']
  expect(await fintune(far, { cwd: folder })).toMatchObject({ code: 2, stderr: expect.stringContaining('cluster') })
})
