import type { Engine } from './Engine.js'
import type { LocalEngineOptions } from './local/LocalEngineOptions.js'

/** Engines by type; one more joins the union here and has a folder beside `local`. */
export type EngineOptions = { readonly type: 'local' } & LocalEngineOptions

/** Makes the engine that `type` names; its modules are loaded only now. */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  switch (options.type) {
    case 'local': {
      const { createLocalEngine } = await import('./local/createLocalEngine.js')
      return createLocalEngine(options)
    }
  }
}
