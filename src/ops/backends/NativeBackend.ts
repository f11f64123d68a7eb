import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { BufferPool } from './BufferPool.js'
import type { NativeAddon } from './NativeAddon.js'

/** `columns`: panels of Wᵀ, for x·Wᵀ. `rows`: panels of W, for dy·W. */
export type PackedForm = 'columns' | 'rows'
type Packed = { panels: Float32Array; half: boolean; stale: boolean }

/** Where a pass adds a weight's gradient up; null until the first comes. */
interface GradientSum {
  values: Float32Array | null
}

/**
 * A tensor's memory. `values` is what TensorFlow.js and its JavaScript kernels read; whoever reads it may keep it, so
 * from then on the memory is neither used again nor changed in place. Our own kernels read `own`.
 */
class NativeData {
  refCount = 1
  /** Makes the values once more, where the op that made them can; into memory from the pool. */
  again: (() => Float32Array) | null = null
  /** Panels of Wᵀ, where a product has asked for them. */
  packed: Packed | null = null
  /** Whether it is a weight in training, changed in place at every step. */
  changes = false
  /** Where its gradients are wanted in one sum: see sumGradients. */
  sum: GradientSum | null = null
  constructor(
    /** Null while dropped. */
    private memory: tf.backend_util.BackendValues | null,
    readonly dtype: tf.DataType,
    public exposed: boolean,
    /** `pool`: `own` came from the pool. `counted`: from elsewhere, but it is ours and counts against the budget. */
    public from: 'pool' | 'counted' | 'elsewhere',
  ) {}
  get own(): tf.backend_util.BackendValues {
    this.memory ??= this.again!()
    return this.memory
  }
  get values(): tf.backend_util.BackendValues {
    this.exposed = true
    return this.own
  }
  /** The memory, which is no longer this tensor's; null where there is none. */
  leave(): tf.backend_util.BackendValues | null {
    const { memory } = this
    this.memory = null
    return memory
  }
}

/**
 * TensorFlow.js's JavaScript backend with our kernels in place of those that matter. Tensors are typed arrays in this
 * process; kernels work on them where they lie.
 */
export class NativeBackend extends MathBackendCPU {
  private readonly pool: BufferPool
  /** Arrays taken since the last `settle`, for a kernel that fails half-way. */
  private taken: Set<Float32Array> | null = null
  /** Whether matrix products round their operands to bfloat16 (sums stay float32). */
  half = false

  constructor(
    readonly addon: NativeAddon,
    memoryBytes: number,
  ) {
    super()
    this.pool = new BufferPool(memoryBytes, addon)
  }

  override write(values: tf.backend_util.BackendValues, _shape: number[], dtype: tf.DataType): object {
    return this.register(new NativeData(values, dtype, true, 'elsewhere'))
  }

  override move(
    dataId: object,
    values: tf.backend_util.BackendValues,
    _shape: number[],
    dtype: tf.DataType,
    refCount: number,
  ): void {
    const data = new NativeData(values, dtype, true, 'elsewhere')
    data.refCount = refCount
    this.data.set(dataId, data)
  }

  override disposeData(dataId: object, force = false): boolean {
    const data = this.data.has(dataId) ? this.dataOf(dataId) : undefined
    const released = super.disposeData(dataId, force)
    if (released && data) {
      const memory = data.leave() as Float32Array | null
      if (memory && data.from === 'pool') this.pool.give(memory, !data.exposed)
      if (memory && data.from === 'counted') this.pool.discount(memory.byteLength)
      if (data.packed) this.pool.give(data.packed.panels, true)
    }
    return released
  }

  /** A float32 tensor's memory, for a kernel to read; not to be kept nor changed. */
  floats(tensor: tf.TensorInfo): Float32Array {
    const { own } = this.dataOf(tensor.dataId)
    // TensorFlow.js casts integers to float32 without touching the array.
    return own instanceof Float32Array ? own : Float32Array.from(own as Int32Array)
  }

  /** Bytes that tensors hold now and held at most, and how many they may. */
  get usage(): BufferPool['usage'] {
    return this.pool.usage
  }

  /** Memory for a kernel's result, with anything in it; hand it to `info` or `tensor`, or `release` it. */
  allocate(length: number): Float32Array {
    const array = this.pool.take(length)
    this.taken?.add(array)
    return array
  }

  release(array: Float32Array): void {
    this.entrust(array)
    this.pool.give(array, true)
  }

  /** Somebody else sees to this array's release, also where the kernel fails. */
  entrust(array: Float32Array): void {
    this.taken?.delete(array)
  }

  /** Runs a kernel; where it fails, what it allocated and did not hand on goes back. */
  whole<T>(kernel: () => T): T {
    const outer = this.taken
    this.taken = new Set()
    try {
      return kernel()
    } catch (error) {
      for (const array of [...this.taken]) this.release(array)
      throw error
    } finally {
      this.taken = outer
    }
  }

  /** What a kernel returns: allocated memory, filled, as a tensor of this shape. */
  info(values: Float32Array, shape: number[]): tf.TensorInfo {
    this.entrust(values)
    return { dataId: this.register(new NativeData(values, 'float32', false, 'pool')), shape, dtype: 'float32' }
  }

  /** A kernel's input as one of its outputs: the same memory. */
  alias({ dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo {
    this.incRef(dataId)
    return { dataId, shape, dtype }
  }

  /** Tells how to make a tensor's values once more, so that it may be dropped: the op's forward pass on its inputs. */
  canMakeAgain(tensor: tf.TensorInfo, forward: () => tf.TensorInfo): void {
    this.dataOf(tensor.dataId).again = () => {
      const made = this.whole(forward)
      const values = this.handOver(made)
      this.entrust(values)
      this.disposeData(made.dataId)
      return values
    }
  }

  /** See dropUntilRead. */
  drop(tensor: tf.TensorInfo): void {
    const data = this.dataOf(tensor.dataId)
    if (!data.again || data.exposed || data.from !== 'pool') return
    const memory = data.leave() as Float32Array | null
    if (memory) this.pool.give(memory, true)
  }

  /** A tensor over an array that its maker gives up: it may be changed in place. @throws MemoryBudgetError */
  adopt<T extends tf.Tensor>(values: Float32Array, shape: number[]): T {
    this.pool.count(values.byteLength)
    const dataId = this.register(new NativeData(values, 'float32', false, 'counted'))
    return tf.engine().makeTensorFromTensorInfo({ dataId, shape, dtype: 'float32' }, this) as T
  }

  /** The same as a tensor outside of a kernel (in a gradient). */
  tensor<T extends tf.Tensor>(values: Float32Array, shape: number[]): T {
    return tf.engine().makeTensorFromTensorInfo(this.info(values, shape), this) as T
  }

  /**
   * A matrix [rows, columns] in the panels that x·Wᵀ reads, packed once for each state of the matrix and kept: sampling
   * has few rows a product, and would otherwise pack for most of its time.
   */
  private packed(matrix: tf.TensorInfo): Float32Array {
    const data = this.dataOf(matrix.dataId)
    const [N, K] = matrix.shape
    if (data.packed && data.packed.half !== this.half) {
      this.pool.give(data.packed.panels, true)
      data.packed = null
    }
    data.packed ??= { panels: this.pool.take(this.addon.packedLength(K, N, this.half)), half: this.half, stale: true }
    if (data.packed.stale) this.addon.pack(this.floats(matrix), K, N, true, data.packed.panels, this.half)
    data.packed.stale = false
    return data.packed.panels
  }

  /**
   * Hands out the panels of a matrix in either form. Those of dy·W are packed for this one use; so are those of x·Wᵀ
   * while a weight that changes is trained, for they would be of no use after the step and take as much memory as it.
   */
  withPacked(matrix: tf.TensorInfo, form: PackedForm, use: (panels: Float32Array) => void): void {
    const data = this.dataOf(matrix.dataId)
    const inTraining = data.changes && tf.engine().state.gradientDepth > 0
    if (form === 'columns' && !inTraining) return use(this.packed(matrix))
    if (form === 'columns' && data.packed) {
      this.pool.give(data.packed.panels, true)
      data.packed = null
    }
    const [K, N] = form === 'rows' ? matrix.shape : [matrix.shape[1], matrix.shape[0]]
    const panels = this.allocate(this.addon.packedLength(K, N, this.half))
    this.addon.pack(this.floats(matrix), K, N, form === 'columns', panels, this.half)
    use(panels)
    this.release(panels)
  }

  /**
   * A variable's memory, to be changed in place. Where someone else holds it too (a clone, or an array read back) the
   * variable first gets a copy of its own.
   */
  writable(variable: tf.Variable): Float32Array {
    let data = this.dataOf(variable.dataId)
    if (data.refCount > 1 || data.exposed) {
      const copy = this.allocate(variable.size)
      copy.set(this.floats(variable))
      const tensor = this.tensor(copy, variable.shape)
      variable.assign(tensor)
      tensor.dispose()
      const { changes } = data
      data = this.dataOf(variable.dataId)
      data.changes = changes
    }
    if (data.packed) data.packed.stale = true
    return data.own as Float32Array
  }

  /** See markTrained. */
  markChanging(variable: tf.Variable): void {
    this.dataOf(variable.dataId).changes = true
  }

  /**
   * The gradient of `tensor`, which `fill` writes, or adds to what is there. Where gradients are summed (sumGradients) it
   * goes into the tensor's sum, and an empty array comes back in its place.
   */
  gradientOf(tensor: tf.TensorInfo, fill: (out: Float32Array, accumulate: boolean) => void): Float32Array {
    const { sum } = this.dataOf(tensor.dataId)
    const out = sum?.values ?? this.allocate(tf.util.sizeFromShape(tensor.shape))
    fill(out, Boolean(sum?.values))
    if (!sum) return out
    this.entrust(out)
    sum.values = out
    return this.allocate(0)
  }

  /** Whether a gradient has gone into its weight's sum, and this tensor only stands for it. */
  isSummed({ dataId, shape, dtype }: tf.TensorInfo): boolean {
    if (dtype !== 'float32') return false
    const { own } = this.dataOf(dataId)
    return own.length === 0 && tf.util.sizeFromShape(shape) > 0
  }

  /**
   * Runs a backward pass whose gradients of `variables` are added to the sums held so far, in their memory; what kernels
   * cannot add there themselves, `run` returns. Where it fails, the sums are no more.
   * @param held by variable name; the backend's own from here on
   * @returns the sums
   */
  sumGradients<T>(
    variables: readonly tf.Variable[],
    held: ReadonlyMap<string, tf.Tensor>,
    run: () => T,
  ): { result: T; sums: Map<string, tf.Tensor> } {
    const all = variables.map((variable) => ({ variable, sum: { values: null } as GradientSum }))
    const sums = new Map<string, tf.Tensor>()
    try {
      for (const { variable, sum } of all) {
        const before = held.get(variable.name)
        if (before) sum.values = this.handOver(before)
        before?.dispose()
        this.dataOf(variable.dataId).sum = sum
      }
      const result = run()
      for (const { variable, sum } of all)
        if (sum.values) sums.set(variable.name, this.tensor(sum.values, variable.shape))
      return { result, sums }
    } catch (error) {
      for (const { sum } of all) if (sum.values) this.release(sum.values)
      tf.dispose([...held.values()]) // those not taken over yet
      throw error
    } finally {
      for (const { variable } of all) this.dataOf(variable.dataId).sum = null
    }
  }

  /** The memory of a tensor that nobody else holds, as from `allocate`: the tensor must not be read any more. */
  handOver(tensor: tf.TensorInfo): Float32Array {
    const data = this.dataOf(tensor.dataId)
    if (data.from !== 'pool' || data.exposed || data.refCount > 1) {
      const copy = this.allocate((data.own as Float32Array).length)
      copy.set(data.own as Float32Array)
      return copy
    }
    data.from = 'elsewhere'
    const array = data.own as Float32Array
    this.taken?.add(array)
    return array
  }

  /** A tensor's memory where nobody else sees it, to be changed in place; else null. */
  ownFloats(tensor: tf.TensorInfo): Float32Array | null {
    const { own, exposed, refCount } = this.dataOf(tensor.dataId)
    return exposed || refCount > 1 ? null : (own as Float32Array)
  }

  private register(data: NativeData): object {
    const dataId = {}
    this.data.set(dataId, data)
    return dataId
  }

  private dataOf(dataId: object): NativeData {
    return this.data.get(dataId) as unknown as NativeData
  }
}
