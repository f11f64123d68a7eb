import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { InputError } from '../../src/lib/InputError.js'
import { packageRoot } from '../../src/lib/packageRoot.js'
import { parseHubId } from '../../src/model/hub/parseHubId.js'
import { hubSettings } from '../../src/model/hub/hubSettings.js'
import { readModelConfig } from '../../src/model/readModelConfig.js'
import { resolveModelPath } from '../../src/model/resolveModelPath.js'
import { readSafetensors } from '../../src/model/safetensors/readSafetensors.js'
import { goldenPath } from './support/golden.js'
import { COMMIT, startHubServer, type HubBehaviour } from './support/hubServer.js'
import { messageOf, temporaryDirectory } from './support/modelFixture.js'

const NAME = 'someone/tiny-llama'
const WEIGHTS = readFileSync(goldenPath('tiny-llama/model.safetensors'))
const FILES = {
  'config.json': readFileSync(goldenPath('tiny-llama/config.json')),
  'generation_config.json': readFileSync(goldenPath('tiny-llama/generation_config.json')),
  'tokenizer.json': Buffer.from('{}'),
  'model.safetensors': WEIGHTS,
  'pytorch_model.bin': Buffer.from('not wanted'),
  'README.md': Buffer.from('not wanted'),
  'onnx/model.onnx': Buffer.from('not wanted'),
}

async function hub(behaviour: HubBehaviour = {}, files: Record<string, Buffer> = FILES) {
  const home = temporaryDirectory()
  const server = await startHubServer(NAME, files, { large: ['model.safetensors'], ...behaviour })
  return { server, home, env: { HF_HOME: home, HF_ENDPOINT: `${server.url}/` } as Record<string, string> }
}

describe('a hub id', () => {
  test('is fetched once, what a model needs and nothing else, into the shared cache', async () => {
    const { server, home, env } = await hub()
    const prints = (['debug', 'info', 'log'] as const).map((method) => vi.spyOn(console, method))
    const seen: string[] = []
    const directory = await resolveModelPath(NAME, { env, onProgress: ({ file }) => seen.push(file) })
    // stdout is for results: the library's own reports are kept off it
    expect(prints.flatMap((print) => print.mock.calls)).toEqual([])
    prints.forEach((print) => print.mockRestore())
    expect(directory).toBe(join(home, 'hub', 'models--someone--tiny-llama', 'snapshots', COMMIT))
    expect(readdirSync(directory).sort()).toEqual([
      'config.json',
      'generation_config.json',
      'model.safetensors',
      'tokenizer.json',
    ])
    expect(seen.at(-1)).toBe('model.safetensors') // weights last: their presence means that all is there
    expect(readFileSync(join(directory, 'model.safetensors')).equals(WEIGHTS)).toBe(true)
    expect((await readModelConfig(directory)).modelType).toBe('llama')

    const before = server.requests.length
    expect(await resolveModelPath(NAME, { env })).toBe(directory)
    expect(await resolveModelPath(NAME, { env: { ...env, HF_HUB_OFFLINE: '1' } })).toBe(directory)
    expect(await resolveModelPath(`${NAME}@${COMMIT}`, { env })).toBe(directory)
    expect(server.requests.length).toBe(before)
  })

  test('with shards', async () => {
    const { 'model.safetensors': weights, ...rest } = FILES
    const shard = 'model-00001-of-00001.safetensors'
    const index = { weight_map: { 'model.norm.weight': shard } }
    const { env } = await hub(
      {},
      { ...rest, 'model.safetensors.index.json': Buffer.from(JSON.stringify(index)), [shard]: weights },
    )
    const reader = await readSafetensors(await resolveModelPath(NAME, { env }))
    expect([...reader.tensors.keys()]).toEqual(['model.norm.weight'])
    await reader.close()
  })

  test('a connection that breaks leaves nothing that looks whole, and the next try succeeds', async () => {
    const { home, env } = await hub({ breakOnce: 'model.safetensors' })
    expect(await messageOf(resolveModelPath(NAME, { env }))).toMatch(
      /did not give it: .+\nOn a machine with a connection/s,
    )
    expect(existsSync(join(home, 'hub/models--someone--tiny-llama/snapshots', COMMIT, 'model.safetensors'))).toBe(false)
    const directory = await resolveModelPath(NAME, { env })
    expect(readFileSync(join(directory, 'model.safetensors')).equals(WEIGHTS)).toBe(true)
  })

  test('a damaged file is found by its hash and deleted', async () => {
    const damaged = Buffer.from(WEIGHTS)
    damaged[damaged.length - 1] ^= 1
    const { home, env } = await hub({ damage: { 'model.safetensors': damaged } })
    expect(await messageOf(resolveModelPath(NAME, { env }))).toMatch(
      /model\.safetensors came damaged \(its SHA-256 is not what the hub says\) and was deleted; run the same command again/,
    )
    const folder = join(home, 'hub/models--someone--tiny-llama')
    expect(readdirSync(join(folder, 'snapshots', COMMIT))).not.toContain('model.safetensors')
    expect(readdirSync(join(folder, 'blobs'))).toHaveLength(3)
  })

  test('a repository without safetensors', async () => {
    const { env } = await hub({}, { 'config.json': FILES['config.json'], 'pytorch_model.bin': Buffer.from('x') })
    expect(await messageOf(resolveModelPath(NAME, { env }))).toMatch(
      /found config\.json, pytorch_model\.bin; a model needs/,
    )
  })
})

describe('access', () => {
  const token = 'hf_thisIsNoRealToken'

  test('the token goes to the hub', async () => {
    const { server, env } = await hub({ token })
    await resolveModelPath(NAME, { env: { ...env, HF_TOKEN: token } })
    expect(new Set(server.authorizations)).toEqual(new Set([`Bearer ${token}`]))
  })

  test('refused without a token, or with a wrong one, which the message does not show', async () => {
    const { env } = await hub({ token })
    expect(await messageOf(resolveModelPath(NAME, { env }))).toMatch(/status 401.*ask for access and set HF_TOKEN/)
    const wrong = 'hf_anotherOne'
    const error = (await resolveModelPath(NAME, { env: { ...env, HF_TOKEN: wrong } }).catch(
      (e: unknown) => e,
    )) as InputError
    expect(error).toBeInstanceOf(InputError)
    expect(error.message).toMatch(/status 401.*Has the account of your HF_TOKEN/)
    expect(`${error.message} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain(wrong)
    const malformed = await messageOf(resolveModelPath(NAME, { env: { ...env, HF_TOKEN: 'secret' } }))
    expect(malformed).toMatch(/HF_TOKEN: .* begins with hf_/)
    expect(malformed).not.toContain('secret')
  })

  test('no such model, no such revision, no server', async () => {
    const { env } = await hub()
    expect(await messageOf(resolveModelPath('someone/else', { env }))).toMatch(
      /someone\/else is no directory here.*no such model/,
    )
    expect(await messageOf(resolveModelPath(`${NAME}@v2`, { env }))).toMatch(/no revision "v2" of it/)
    const unreachable = { ...env, HF_ENDPOINT: 'http://127.0.0.1:1' }
    expect(await messageOf(resolveModelPath(NAME, { env: unreachable }))).toMatch(
      /http:\/\/127\.0\.0\.1:1 did not give it: .+/,
    )
  })

  test('offline: what to type', async () => {
    const { server, env } = await hub()
    const message = await messageOf(resolveModelPath(NAME, { env: { ...env, HF_HUB_OFFLINE: 'yes' } }))
    expect(message).toMatch(/not in the cache .*HF_HUB_OFFLINE is set/)
    expect(message).toContain('HF_HUB_OFFLINE=0')
    expect(message).toContain('hf download someone/tiny-llama --local-dir models/tiny-llama')
    expect(server.requests).toEqual([])
  })
})

describe('where things are', () => {
  test('directories, the embedded model, and paths that are neither', async () => {
    const directory = temporaryDirectory()
    expect(await resolveModelPath(directory)).toBe(directory)
    expect(await resolveModelPath('embedded')).toBe(join(packageRoot(), 'checkpoints/embedded-base'))
    expect(await messageOf(resolveModelPath('./models/none'))).toMatch(
      /found "\.\/models\/none", which is not there; allowed are/,
    )
    const file = join(directory, 'file')
    writeFileSync(file, '')
    expect(await messageOf(resolveModelPath(file))).toMatch(/which is a file; allowed are/)
  })

  test('the cache by environment', () => {
    expect(hubSettings({ HF_HUB_CACHE: '/c', HF_HOME: '/h' }).cacheDir).toBe('/c')
    expect(hubSettings({ HF_HOME: '/h' }).cacheDir).toBe('/h/hub')
    expect(hubSettings({ XDG_CACHE_HOME: '/x' }).cacheDir).toBe('/x/huggingface/hub')
    expect(hubSettings({ HF_ENDPOINT: 'http://mirror/' }).endpoint).toBe('http://mirror')
    expect(
      ['1', 'ON', 'true', '0', '', undefined].map((HF_HUB_OFFLINE) => hubSettings({ HF_HUB_OFFLINE }).offline),
    ).toEqual([true, true, true, false, false, false])
  })

  test('what can be an id', () => {
    expect(parseHubId('Qwen/Qwen2.5-0.5B')).toEqual({ name: 'Qwen/Qwen2.5-0.5B', revision: 'main' })
    expect(parseHubId('a/b@refs/pr/1')).toEqual({ name: 'a/b', revision: 'refs/pr/1' })
    for (const path of ['gpt2', './a/b', '../a', '/a/b', 'a/b/c', 'a/b/', 'a b/c', 'a/..', 'a/b@../c', 'a/b--c'])
      expect(parseHubId(path), path).toBeNull()
  })

  test('a snapshot without all its weights is not taken for whole', async () => {
    const { server, home, env } = await hub()
    const folder = join(home, 'hub/models--someone--tiny-llama')
    mkdirSync(join(folder, 'snapshots', COMMIT), { recursive: true })
    mkdirSync(join(folder, 'refs'))
    writeFileSync(join(folder, 'refs/main'), COMMIT)
    writeFileSync(join(folder, 'snapshots', COMMIT, 'config.json'), FILES['config.json'])
    const index = { weight_map: { a: 'model-00001-of-00001.safetensors' } }
    writeFileSync(join(folder, 'snapshots', COMMIT, 'model.safetensors.index.json'), JSON.stringify(index))
    const directory = await resolveModelPath(NAME, { env })
    expect(existsSync(join(directory, 'model.safetensors'))).toBe(true)
    expect(server.requests.length).toBeGreaterThan(0)
  })
})
