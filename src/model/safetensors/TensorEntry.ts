/** Bytes an element of each dtype that the format knows (safetensors 0.8). */
export const DTYPE_BYTES: Readonly<Record<string, number>> = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  F8_E8M0: 1,
  F8_E4M3FNUZ: 1,
  F8_E5M2FNUZ: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  C64: 8,
  F64: 8,
  I64: 8,
  U64: 8,
}

/** The dtypes that weights may have here. */
export type FloatDtype = 'F32' | 'BF16' | 'F16'

export const FLOAT_DTYPES: readonly FloatDtype[] = ['F32', 'BF16', 'F16']

/** Where a tensor lies: the file it is in and its bytes there. */
export interface TensorEntry {
  readonly name: string
  readonly file: string
  readonly dtype: string
  readonly shape: readonly number[]
  /** First byte in the file, and the one after the last. */
  readonly begin: number
  readonly end: number
}
