import { activeNative } from './backends/activeNative.js'

/** Whether products with weights round their operands to bfloat16 (useDtype). */
export function computesInHalf(): boolean {
  return activeNative()?.half ?? false
}
