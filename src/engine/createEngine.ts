import type { Engine } from './Engine.js'
import type { EngineModuleOptions } from './module/EngineModule.js'
import type { ThreadEngineOptions } from './thread/ThreadEngineOptions.js'
import type { TinkerEngineOptions } from './tinker/TinkerEngineOptions.js'

/** Engines by type; one more joins the union here and has a folder beside `local`. The local one lives in a thread. */
export type EngineOptions =
  | ({ readonly type: 'local' } & ThreadEngineOptions)
  | ({ readonly type: 'tinker' } & TinkerEngineOptions)
  | ({ readonly type: 'module'; readonly path: string } & EngineModuleOptions)

/** Makes the engine that `type` names; its modules are loaded only now. */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  switch (options.type) {
    case 'local': {
      const { createThreadEngine } = await import('./thread/createThreadEngine.js')
      return createThreadEngine(options)
    }
    case 'tinker': {
      const { createTinkerEngine } = await import('./tinker/createTinkerEngine.js')
      return createTinkerEngine(options)
    }
    case 'module': {
      const { createModuleEngine } = await import('./module/createModuleEngine.js')
      return createModuleEngine(options.path, options)
    }
  }
}
