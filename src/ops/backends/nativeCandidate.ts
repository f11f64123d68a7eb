import * as tf from '@tensorflow/tfjs-core'
import { InputError } from '../../lib/InputError.js'
import type { BackendCandidate } from './BackendCandidate.js'
import { forcedIsa } from './forcedIsa.js'
import { loadNativeAddon } from './loadNativeAddon.js'
import { memoryBudget } from './memoryBudget.js'
import { usableProcessors } from './usableProcessors.js'

/** Our own kernels, compiled when the package was installed. */
export const nativeCandidate: BackendCandidate = {
  name: 'native',
  label: 'native',
  async start(threads) {
    const wanted = forcedIsa()
    const loaded = loadNativeAddon()
    if ('unavailable' in loaded) {
      if (wanted === '') return loaded
      throw new InputError(`FINTUNE_ISA=${wanted}: the native kernels cannot be used: ${loaded.unavailable}`)
    }
    const { addon } = loaded
    const kernels = addon.useKernels(wanted)
    if (kernels === '') {
      throw new InputError(
        `FINTUNE_ISA=${wanted}: this CPU or build lacks it (the CPU has: ${addon.cpuFeatures()}). ` +
          'Unset FINTUNE_ISA to take the best it has; see  fintune doctor',
      )
    }
    const count = threads === 'auto' ? usableProcessors() : threads
    addon.setThreads(count)
    if (tf.findBackend('native') === null) {
      const { NativeBackend } = await import('./NativeBackend.js')
      const { registerNativeKernels } = await import('./registerNativeKernels.js')
      const budget = memoryBudget()
      tf.registerBackend('native', () => new NativeBackend(addon, budget))
      registerNativeKernels()
    }
    await tf.setBackend('native')
    return { kernels, threads: count }
  },
}
