import { activeNative } from './backends/activeNative.js'

/** Bytes that tensors hold now and held at most, and how many they may; null where the backend does not count them. */
export function memoryUsage(): {
  readonly usedBytes: number
  readonly mostBytes: number
  readonly budgetBytes: number
} | null {
  return activeNative()?.usage ?? null
}
