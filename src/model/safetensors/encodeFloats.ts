import type { FloatDtype } from './TensorEntry.js'

/** Float32 values as little-endian F32, BF16 or F16 bytes, rounded to nearest even; what is too large becomes infinity. */
export function encodeFloats(values: Float32Array, dtype: FloatDtype): Uint8Array {
  if (dtype === 'F32') return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length)
  const halves = new Uint16Array(values.length)
  const convert = dtype === 'BF16' ? bfloat16Bits : float16Bits
  for (let i = 0; i < bits.length; i++) halves[i] = convert(bits[i])
  return new Uint8Array(halves.buffer)
}

/** The upper 16 of the 32 bits; adding 0x7fff and the last kept bit rounds to nearest, ties to even. */
function bfloat16Bits(bits: number): number {
  if ((bits & 0x7fffffff) > 0x7f800000) return (bits >>> 16) | 0x40 // a NaN must not round to infinity
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16
}

function float16Bits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000
  const magnitude = bits & 0x7fffffff
  if (magnitude > 0x7f800000) return sign | 0x7e00
  if (magnitude >= 0x47800000) return sign | 0x7c00 // 65,536 and more
  if (magnitude >= 0x38800000) return sign | roundedShift(magnitude - 0x38000000, 13) // normal: 2^−14 and more
  if (magnitude < 0x33000000) return sign // below half of the least subnormal, 2^−24
  const mantissa = (magnitude & 0x7fffff) | 0x800000
  return sign | roundedShift(mantissa, 126 - (magnitude >>> 23))
}

/** x ÷ 2^shift, to nearest, ties to even. A carry out of the mantissa raises the exponent, up to infinity, as it should. */
function roundedShift(x: number, shift: number): number {
  return (x + (1 << (shift - 1)) - 1 + ((x >>> shift) & 1)) >>> shift
}
