import * as tf from '@tensorflow/tfjs-core'
import { availableParallelism } from 'node:os'
import type { BackendCandidate } from './BackendCandidate.js'
import { loadNativeAddon } from './loadNativeAddon.js'
import { memoryBudget } from './memoryBudget.js'

/** Our own kernels, compiled when the package was installed. */
export const nativeCandidate: BackendCandidate = {
  name: 'native',
  label: 'native',
  async start(threads) {
    const loaded = loadNativeAddon()
    if ('unavailable' in loaded) return loaded
    const { addon } = loaded
    const wanted = process.env.FINTUNE_ISA ?? ''
    const kernels = addon.useKernels(wanted)
    if (kernels === '') {
      return { unavailable: `FINTUNE_ISA=${wanted}: this CPU or build lacks it (the CPU has: ${addon.cpuFeatures()})` }
    }
    const count = threads === 'auto' ? availableParallelism() : threads
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
