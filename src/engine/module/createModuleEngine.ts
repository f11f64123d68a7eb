import { importModule } from '../../lib/importModule.js'
import { InputError } from '../../lib/InputError.js'
import type { Engine } from '../Engine.js'
import type { EngineModule, EngineModuleOptions } from './EngineModule.js'

/** What trainers and evaluations call; peakFlops alone may be missing. */
const calls = [
  'capabilities',
  'sample',
  'logprobs',
  'groupLogprobs',
  'forwardBackward',
  'forward',
  'optimStep',
  'dropGradients',
  'setReference',
  'resetOptimizer',
  'syncSampler',
  'saveState',
  'loadState',
  'saveWeights',
  'parameterNorms',
  'close',
] as const satisfies readonly (keyof Engine)[]

/**
 * An engine of the user's own, from a file's default export.
 *
 * @param path a .js, .mjs, .ts or .mts file, relative to the working directory
 * @throws InputError where the file does not load, exports no function, or what that gives is no whole Engine
 */
export async function createModuleEngine(path: string, options: EngineModuleOptions): Promise<Engine> {
  const where = `engine: module ${path}`
  const make = (await importModule(path, where)) as EngineModule
  if (typeof make !== 'function') {
    throw new InputError(`${where}: its default export is no engine; export a function (options) => Engine.`)
  }
  const engine = (await make(options)) as Partial<Engine> | undefined
  const missing = calls.filter((name) => typeof engine?.[name] !== 'function')
  if (missing.length === 0) return engine as Engine
  throw new InputError(`${where}: what its function gives is no whole Engine: ${missing.join(', ')} missing.`)
}
