import type { BackendCandidate } from './BackendCandidate.js'
import { cpuBackend } from './cpuBackend.js'
import { nativeCandidate } from './nativeCandidate.js'
import { tensorflowCpuBackend } from './tensorflowCpuBackend.js'
import { tensorflowGpuBackend } from './tensorflowGpuBackend.js'
import { wasmBackend } from './wasmBackend.js'

/** All backends, the preferred first. */
export const backendCandidates: readonly BackendCandidate[] = [
  tensorflowGpuBackend,
  nativeCandidate,
  tensorflowCpuBackend,
  wasmBackend,
  cpuBackend,
]
