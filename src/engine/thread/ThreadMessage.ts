import type { Engine, EngineCapabilities } from '../Engine.js'
import type { EncodedError } from './encodeError.js'
import type { ThreadEngineOptions } from './ThreadEngineOptions.js'

/** Calls that cross the thread: everything of an engine but what is known from the start. */
export type EngineMethod = Exclude<keyof Engine, 'capabilities'>

/** What the thread begins with. */
export interface ThreadStart {
  readonly options: ThreadEngineOptions
  /** [1], shared: other than 0 ends the kernels of a call that may be cancelled. */
  readonly cancel: Int32Array
}

export type ThreadRequest =
  | {
      readonly type: 'call'
      readonly id: number
      readonly method: EngineMethod
      /** Without callbacks and signals. */
      readonly args: readonly unknown[]
      /** Whether its kernels may be ended half-way: only where nothing but its result is lost. */
      readonly cancellable: boolean
    }
  | { readonly type: 'abort'; readonly id: number }

export type ThreadReply =
  | { readonly type: 'ready'; readonly capabilities: EngineCapabilities }
  | { readonly type: 'failed'; readonly error: EncodedError }
  | { readonly type: 'result'; readonly id: number; readonly result: unknown }
  | { readonly type: 'error'; readonly id: number; readonly error: EncodedError }
  | {
      readonly type: 'progress'
      readonly id: number
      readonly done: { readonly tokens: number; readonly finished: number; readonly sequences: number }
    }
