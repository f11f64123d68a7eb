import type { ModelConfig } from './ModelConfig.js'
import type { RopeConfig } from './RopeConfig.js'

/** What the rotary op takes: angle = position · frequency, and a factor on cos and sin (1 but for YaRN). */
export interface RotaryFrequencies {
  /** [headDim / 2] */
  readonly frequencies: Float32Array
  readonly scaling: number
}

/**
 * The rotary frequencies of a model, θ^(−2i/headDim) for i = 0 … headDim/2 − 1, adjusted by its scaling:
 * linear (Chen et al. 2023), llama3 (Llama 3.1), yarn (Peng et al. 2023); dynamic equals default up to maxPositions.
 *
 * Rounded to float32 after each operation as Transformers does: the position multiplies these last bits.
 */
export function rotaryFrequencies(config: Pick<ModelConfig, 'rope' | 'headDim'>): RotaryFrequencies {
  const { rope, headDim } = config
  const wavelengths = Array.from({ length: headDim / 2 }, (_, i) => f32(rope.theta ** f32((2 * i) / headDim)))
  switch (rope.type) {
    case 'default':
    case 'dynamic':
      return { frequencies: Float32Array.from(wavelengths, (w) => 1 / w), scaling: 1 }
    case 'linear':
      return { frequencies: Float32Array.from(wavelengths, (w) => f32(1 / w) / rope.factor), scaling: 1 }
    case 'llama3':
      return { frequencies: Float32Array.from(wavelengths, (w) => llama3Frequency(f32(1 / w), rope)), scaling: 1 }
    case 'yarn':
      return { frequencies: yarnFrequencies(wavelengths, headDim, rope), scaling: rope.attentionFactor }
  }
}

const f32 = Math.fround

/** Long waves are slowed by `factor`, short ones kept, those between are blended. */
function llama3Frequency(frequency: number, rope: Extract<RopeConfig, { type: 'llama3' }>): number {
  const wavelength = (2 * Math.PI) / frequency
  if (wavelength < rope.originalMaxPositions / rope.highFreqFactor) return frequency
  if (wavelength > rope.originalMaxPositions / rope.lowFreqFactor) return frequency / rope.factor
  const smooth =
    (rope.originalMaxPositions / wavelength - rope.lowFreqFactor) / (rope.highFreqFactor - rope.lowFreqFactor)
  return ((1 - smooth) * frequency) / rope.factor + smooth * frequency
}

/** Dimensions that turn often in the original context are kept, those that turn seldom are interpolated, with a ramp between. */
function yarnFrequencies(wavelengths: number[], headDim: number, rope: Extract<RopeConfig, { type: 'yarn' }>) {
  const dimensionTurning = (turns: number) =>
    (headDim * Math.log(rope.originalMaxPositions / (turns * 2 * Math.PI))) / (2 * Math.log(rope.theta))
  const round = (x: number, way: (x: number) => number) => (rope.truncate ? way(x) : x)
  const low = Math.max(round(dimensionTurning(rope.betaFast), Math.floor), 0)
  const high = Math.min(round(dimensionTurning(rope.betaSlow), Math.ceil), headDim - 1)
  return Float32Array.from(wavelengths, (w, i) => {
    const ramp = Math.min(1, Math.max(0, (i - low) / (high === low ? 0.001 : high - low)))
    return (1 / (rope.factor * w)) * ramp + (1 / w) * (1 - ramp)
  })
}
