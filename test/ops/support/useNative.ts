import { initBackend } from '../../../src/ops/initBackend.js'

/** Makes the native backend active with one instruction set. */
export async function useNative(isa: string, threads: number): Promise<void> {
  process.env.FINTUNE_ISA = isa
  try {
    await initBackend({ backend: 'native', threads })
  } finally {
    delete process.env.FINTUNE_ISA
  }
}
