/** The backend that runs the tensors, and how it came to be chosen. */
export interface BackendInfo {
  readonly name: 'native' | 'tensorflow' | 'wasm' | 'cpu'
  /** The kernel path, e.g. avx2; results are comparable bit for bit only between equal ones. */
  readonly kernels: string
  readonly threads: number
  /** A line for each backend looked at: why it was taken or passed over. */
  readonly reasons: string[]
}
