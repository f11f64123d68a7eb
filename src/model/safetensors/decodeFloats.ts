import type { FloatDtype } from './TensorEntry.js'

/** Little-endian F32, BF16 or F16 bytes into float32 values, exactly; `out` holds bytes.length ÷ element size. */
export function decodeFloats(bytes: Uint8Array, dtype: FloatDtype, out: Float32Array): void {
  if (dtype === 'F32') {
    new Uint8Array(out.buffer, out.byteOffset, out.byteLength).set(bytes)
    return
  }
  const halves = new Uint16Array(bytes.buffer, bytes.byteOffset, out.length)
  const bits = new Uint32Array(out.buffer, out.byteOffset, out.length)
  if (dtype === 'BF16') for (let i = 0; i < halves.length; i++) bits[i] = halves[i] << 16
  else for (let i = 0; i < halves.length; i++) bits[i] = float32Bits(halves[i])
}

/** The float32 bits of a float16: sign 1, exponent 5 (bias 15), mantissa 10 → 1, 8 (bias 127), 23. */
function float32Bits(half: number): number {
  const sign = (half & 0x8000) << 16
  const exponent = (half >> 10) & 0x1f
  const mantissa = half & 0x3ff
  if (exponent === 31) return sign | 0x7f800000 | (mantissa << 13)
  if (exponent > 0) return sign | ((exponent + 112) << 23) | (mantissa << 13)
  if (mantissa === 0) return sign
  // Subnormal: mantissa · 2^−24; shift until the leading one is the hidden bit.
  const shift = Math.clz32(mantissa) - 21
  return sign | ((113 - shift) << 23) | (((mantissa << shift) & 0x3ff) << 13)
}
