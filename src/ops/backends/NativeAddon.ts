type Floats = Float32Array
type OptionalFloats = Float32Array | null

/** First arguments of both kernels of the MLP: rows of width, the norm, panels of the weights, whether of bfloat16. */
type MlpArguments = [
  rows: number,
  width: number,
  inner: number,
  norm: Floats,
  eps: number,
  gate: Floats,
  up: Floats,
  down: Floats,
  half: boolean,
]

/** First arguments of both kernels that project heads; then follow width and panels of q, k and v. */
type HeadArguments = [
  rows: number,
  width: number,
  norm: Floats,
  eps: number,
  half: boolean,
  positions: Int32Array,
  cosine: Floats,
  sine: Floats,
  halfDim: number,
  qWidth: number,
  qPanels: Floats,
  kWidth: number,
  kPanels: Floats,
  vWidth: number,
  vPanels: Floats,
]

/** First arguments of both attention kernels: the layout's segments, then heads, kvHeads, headDim. */
type AttentionArguments = [
  starts: Int32Array,
  lengths: Int32Array,
  prefixes: Int32Array,
  heads: number,
  kvHeads: number,
  headDim: number,
]

/** First arguments of the kernels that compute logits. */
type LogitArguments = [
  hidden: Floats,
  head: Floats,
  rows: number,
  width: number,
  vocab: number,
  labels: Int32Array,
  temperature: number,
]

/** First arguments of the cache's kernels; see createKvCacheNative. */
type KvStoreArguments = [
  k: Floats,
  v: Floats,
  kStart: Float64Array,
  vStart: Float64Array,
  lane: Int32Array,
  capacity: Int32Array,
  heads: number,
  kvHeads: number,
  headDim: number,
]

/**
 * The native kernels (native/addon.cpp): functions over typed arrays that write their results into arrays given last.
 * They check sizes and throw; they never keep an array.
 */
export interface NativeAddon {
  /** Switches to an instruction set, '' for the best; returns its name, or '' when this CPU lacks it. */
  useKernels(isa: string): string
  /** Columns of a packed panel under the instruction set in use. */
  panelWidth(): number
  /** Rows of a product that give each thread enough of them. */
  rowsForAll(): number
  compiler(): string
  cpuFeatures(): string
  setThreads(count: number): void
  /** Kernels that this JavaScript thread calls end with an error once flag[0] (shared memory) is not 0; null: never. */
  watchCancel(flag: Int32Array | null): void
  /** Whether the instruction set in use multiplies bfloat16 itself. */
  hasFastHalf(): boolean
  /** An ArrayBuffer of zeros, in huge pages where it is large and the system has them. */
  allocate(bytes: number): ArrayBuffer
  /** Gives the memory of a buffer from `allocate`, which nobody reads any more, back to the system at once. */
  discard(buffer: ArrayBuffer): void
  /** Floats in the panels of a matrix [K, N]; of bfloat16 (`half`) each holds a pair. */
  packedLength(K: number, N: number, half: boolean): number
  /** Floats in the left side [M, K] of a bfloat16 product, packed as mlpBlockGradient does. */
  packedRowsLength(M: number, K: number): number
  /** Panels of B [K, N]; B(k, n) = w[n·K + k] where transposed, else w[k·N + n]. */
  pack(w: Floats, K: number, N: number, transposed: boolean, out: Floats, half?: boolean): void
  /**
   * c [M, N] (+)= alpha · a [M, K] · b [K, N] + bias; a(m, k) = a[m·aRow + k·aColumn]. `half`: operands are rounded to
   * bfloat16 (packed ones are already), sums are float32. aRow 0: a is packed (packedRowsLength).
   */
  gemm(
    M: number,
    N: number,
    K: number,
    a: Floats,
    aRow: number,
    aColumn: number,
    b: Floats,
    packed: boolean,
    bRow: number,
    c: Floats,
    cRow: number,
    accumulate: boolean,
    alpha: number,
    bias: OptionalFloats,
    half?: boolean,
  ): void
  add(a: Floats, b: Floats, y: Floats): void
  multiply(a: Floats, b: Floats, y: Floats): void
  scale(a: Floats, by: number, y: Floats): void
  exp(x: Floats, y: Floats): void
  columnSum(x: Floats, rows: number, width: number, y: Floats): void
  swiGlu(gate: Floats, up: Floats, y: Floats): void
  swiGluGradient(gate: Floats, up: Floats, dy: Floats, dGate: Floats, dUp: Floats): void
  /** Panels of the transposes, for x·Wᵀ; gate and up are filled for the gradient, [rows, inner], of bfloat16 in pairs. */
  mlpBlock(...a: [...MlpArguments, x: Floats, gate: Floats, up: Floats, y: Floats]): void
  /**
   * Panels of the weights, for dy·W. dGate, dUp, activated, [rows, inner], and normed, [rows, width], are made for the
   * weights' gradients: of bfloat16 packed for them (dGateᵀ and dUpᵀ in packedRowsLength(inner, rows), the others in
   * packedLength(rows, …)).
   */
  mlpBlockGradient(
    ...a: [
      ...MlpArguments,
      x: Floats,
      dy: Floats,
      gate: Floats,
      up: Floats,
      dx: Floats,
      dNorm: Floats,
      dGate: Floats,
      dUp: Floats,
      activated: Floats,
      normed: Floats,
    ]
  ): void
  /** Panels of the transposes, for x·Wᵀ. */
  projectHeads(
    ...a: [
      ...HeadArguments,
      qBias: OptionalFloats,
      kBias: OptionalFloats,
      vBias: OptionalFloats,
      x: Floats,
      q: Floats,
      k: Floats,
      v: Floats,
    ]
  ): void
  /**
   * Panels of the weights, for dy·W. `more`: the gradient that reaches x by other ways. normed and what turns back of dq,
   * dk and dv are made for the weights' gradients: of bfloat16 packed for them, as mlpBlockGradient does (of floats v's,
   * which does not turn, is not).
   */
  projectHeadsGradient(
    ...a: [
      ...HeadArguments,
      x: Floats,
      dq: Floats,
      dk: Floats,
      dv: Floats,
      more: Floats,
      dx: Floats,
      dNorm: Floats,
      normed: Floats,
      qBack: Floats,
      dqBias: OptionalFloats,
      kBack: Floats,
      dkBias: OptionalFloats,
      vBack: OptionalFloats,
      dvBias: OptionalFloats,
    ]
  ): void
  rmsNorm(x: Floats, weight: Floats, eps: number, rows: number, width: number, y: Floats): void
  rmsNormGradient(
    x: Floats,
    weight: Floats,
    dy: Floats,
    eps: number,
    rows: number,
    width: number,
    dx: Floats,
    dWeight: Floats,
  ): void
  rotary(
    x: Floats,
    positions: Int32Array,
    cosine: Floats,
    sine: Floats,
    sign: 1 | -1,
    rows: number,
    width: number,
    half: number,
    y: Floats,
  ): void
  gatherRows(x: Floats, xRows: number, rows: Int32Array, width: number, y: Floats): void
  /** dx[rows[i]] += dy[i] */
  scatterRows(dy: Floats, rows: Int32Array, width: number, dx: Floats, dxRows: number): void
  attention(...a: [...AttentionArguments, q: Floats, k: Floats, v: Floats, y: Floats, logSumExp: OptionalFloats]): void
  attentionGradient(
    ...a: [
      ...AttentionArguments,
      q: Floats,
      k: Floats,
      v: Floats,
      y: Floats,
      logSumExp: Floats,
      dy: Floats,
      dq: Floats,
      dk: Floats,
      dv: Floats,
      half?: boolean,
    ]
  ): void
  kvAppend(...a: [...KvStoreArguments, k: Floats, v: Floats, run: Int32Array, position: Int32Array]): void
  kvAttend(
    ...a: [
      ...KvStoreArguments,
      q: Floats,
      promptRun: Int32Array,
      ownRun: Int32Array,
      promptLength: Int32Array,
      ownLength: Int32Array,
      y: Floats,
    ]
  ): void
  tokenLogprobs(
    ...a: [...LogitArguments, logprobs: Floats, logSumExp: Floats, entropy: Floats, argmax: Int32Array, half?: boolean]
  ): void
  /** dLogits [rows, vocab rounded up to whole panels]. */
  logitGradient(...a: [...LogitArguments, logSumExp: Floats, dy: Floats, dLogits: Floats, half?: boolean]): void
  /** Both at once, where dy is known before the pass. */
  tokenLogprobsGradient(
    ...a: [
      ...LogitArguments,
      dy: Floats,
      logprobs: Floats,
      logSumExp: Floats,
      entropy: Floats,
      argmax: Int32Array,
      dLogits: Floats,
      half?: boolean,
    ]
  ): void
  /** See ops/drawToken. */
  drawToken(logits: Floats, temperature: number, uniform: number): number
  rowLogSumExp(logits: Floats, rows: number, vocab: number, temperature: number, y: Floats): void
  adamW(
    value: Floats,
    gradient: Floats,
    m: Floats,
    v: Floats,
    beta1: number,
    rest1: number,
    beta2: number,
    rest2: number,
    epsilon: number,
    clipScale: number,
    decay: number,
    correction1: number,
    correction2: number,
  ): void
  sumOfSquares(x: Floats): number
}
