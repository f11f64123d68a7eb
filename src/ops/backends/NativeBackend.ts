import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { BufferPool } from './BufferPool.js'
import type { NativeAddon } from './NativeAddon.js'

/** `columns`: panels of Wᵀ, for x·Wᵀ. `rows`: panels of W, for dy·W. */
type PackedForm = 'columns' | 'rows'

/**
 * A tensor's memory. `values` is what TensorFlow.js and its JavaScript kernels read; whoever reads it may keep it, so
 * from then on the memory is neither used again nor changed in place. Our own kernels read `own`.
 */
class NativeData {
  refCount = 1
  readonly packed = new Map<PackedForm, { panels: Float32Array; stale: boolean }>()
  constructor(
    readonly own: tf.backend_util.BackendValues,
    readonly dtype: tf.DataType,
    public exposed: boolean,
    /** Whether `own` came from the pool. */
    readonly pooled: boolean,
  ) {}
  get values(): tf.backend_util.BackendValues {
    this.exposed = true
    return this.own
  }
}

/**
 * TensorFlow.js's JavaScript backend with our kernels in place of those that matter. Tensors are typed arrays in this
 * process; kernels work on them where they lie.
 */
export class NativeBackend extends MathBackendCPU {
  private readonly pool: BufferPool

  constructor(
    readonly addon: NativeAddon,
    memoryBytes: number,
  ) {
    super()
    this.pool = new BufferPool(memoryBytes)
  }

  override write(values: tf.backend_util.BackendValues, _shape: number[], dtype: tf.DataType): object {
    return this.register(new NativeData(values, dtype, true, false))
  }

  override move(
    dataId: object,
    values: tf.backend_util.BackendValues,
    _shape: number[],
    dtype: tf.DataType,
    refCount: number,
  ): void {
    const data = new NativeData(values, dtype, true, false)
    data.refCount = refCount
    this.data.set(dataId, data)
  }

  override disposeData(dataId: object, force = false): boolean {
    const data = this.data.has(dataId) ? this.dataOf(dataId) : undefined
    const released = super.disposeData(dataId, force)
    if (released && data) {
      if (data.pooled) this.pool.give(data.own as Float32Array, !data.exposed)
      for (const { panels } of data.packed.values()) this.pool.give(panels, true)
    }
    return released
  }

  /** A float32 tensor's memory, for a kernel to read; not to be kept nor changed. */
  floats(tensor: tf.TensorInfo): Float32Array {
    const { own } = this.dataOf(tensor.dataId)
    // TensorFlow.js casts integers to float32 without touching the array.
    return own instanceof Float32Array ? own : Float32Array.from(own as Int32Array)
  }

  /** Memory for a kernel's result, with anything in it; hand it to `info` or `tensor`, or `release` it. */
  allocate(length: number): Float32Array {
    return this.pool.take(length)
  }

  release(array: Float32Array): void {
    this.pool.give(array, true)
  }

  /** What a kernel returns: allocated memory, filled, as a tensor of this shape. */
  info(values: Float32Array, shape: number[]): tf.TensorInfo {
    return { dataId: this.register(new NativeData(values, 'float32', false, true)), shape, dtype: 'float32' }
  }

  /** The same as a tensor outside of a kernel (in a gradient). */
  tensor<T extends tf.Tensor>(values: Float32Array, shape: number[]): T {
    return tf.engine().makeTensorFromTensorInfo(this.info(values, shape), this) as T
  }

  /** A matrix [rows, columns] in the panels the matrix product reads, packed once for each state of the matrix. */
  packed(matrix: tf.TensorInfo, form: PackedForm): Float32Array {
    const data = this.dataOf(matrix.dataId)
    const [rows, columns] = matrix.shape
    const [K, N] = form === 'columns' ? [columns, rows] : [rows, columns]
    let entry = data.packed.get(form)
    if (!entry) {
      const width = this.addon.panelWidth()
      entry = { panels: this.allocate(Math.ceil(N / width) * width * K), stale: true }
      data.packed.set(form, entry)
    }
    if (entry.stale) this.addon.pack(this.floats(matrix), K, N, form === 'columns', entry.panels)
    entry.stale = false
    return entry.panels
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
      data = this.dataOf(variable.dataId)
    }
    for (const entry of data.packed.values()) entry.stale = true
    return data.own as Float32Array
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
