import * as tf from '@tensorflow/tfjs-core'
import { enterTapeNode } from './enterTapeNode.js'
import type { NativeBackend } from './NativeBackend.js'

/** What a gradient is computed from. `dys`: the outputs' gradients, `dy` the first; `outputs` are those of `savedOutputs`. */
export interface GradientCall<Attributes> {
  readonly backend: NativeBackend
  readonly dy: Float32Array
  readonly dys: readonly tf.Tensor[]
  readonly inputs: readonly tf.Tensor[]
  readonly outputs: readonly tf.Tensor[]
  readonly attributes: Attributes
  /** Memory to be shared by several gradients of this call: it goes back to the pool when the call is over. */
  borrow(length: number): Float32Array
  /** Borrowed memory that a gradient returns after all. */
  claim(borrowed: Float32Array): Float32Array
}

/** An op of ours on the native backend. Attributes may be any object; they reach kernel and gradient as they are. */
export interface NativeOp<Attributes> {
  readonly name: string
  /** Tensors in, results out. */
  forward(backend: NativeBackend, inputs: tf.TensorInfo[], attributes: Attributes): tf.TensorInfo[]
  /**
   * The gradient of each input, in memory from `backend.allocate` (or a clone of a tensor). Either a function an input, of which the tape calls
   * only those it needs (a frozen weight costs nothing), or one that computes all at once.
   */
  gradients(call: GradientCall<Attributes>): (() => Float32Array | tf.Tensor)[] | (() => Float32Array[])
  /** For each output whether the gradient reads it. */
  readonly savedOutputs?: boolean[]
  /** Cheap, and of one output: dropUntilRead may give that back, and who reads it runs the op once more. */
  readonly makesAgain?: boolean
  /** For one input that the gradient does not read and whose shape is dy's: nothing is kept for it. `inputs` is then empty. */
  readonly keepsNothing?: boolean
}

/** Registers kernel and gradient with TensorFlow.js, so that the op is taped like any other; returns the op's call. */
export function defineNativeOp<Attributes>(
  op: NativeOp<Attributes>,
): (inputs: tf.Tensor[], attributes: Attributes) => tf.Tensor[] {
  const kernelName = `Fintune${op.name}`
  tf.registerKernel({
    kernelName,
    backendName: 'native',
    kernelFunc: ({ inputs, attrs, backend }) =>
      runForward(op, backend as NativeBackend, Object.values(inputs) as tf.TensorInfo[], attrs as Attributes),
  })
  tf.registerGradient({
    kernelName,
    saveAllInputs: op.keepsNothing !== true,
    inputsToSave: op.keepsNothing ? [] : undefined,
    outputsToSave: op.savedOutputs,
    gradFunc: (dys, saved, attrs) => gradientsOf(op, dys, saved, attrs as Attributes),
  })
  return (inputs, attributes) => {
    const outputs: unknown = tf
      .engine()
      .runKernel(kernelName, inputs as unknown as tf.NamedTensorMap, attributes as unknown as tf.NamedAttrMap)
    return Array.isArray(outputs) ? (outputs as tf.Tensor[]) : [outputs as tf.Tensor]
  }
}

function runForward<A>(
  op: NativeOp<A>,
  backend: NativeBackend,
  inputs: tf.TensorInfo[],
  attributes: A,
): tf.TensorInfo[] {
  const forward = () => op.forward(backend, inputs, attributes)
  const outputs = backend.whole(forward)
  if (op.makesAgain) backend.canMakeAgain(outputs[0], () => forward()[0])
  return outputs
}

function gradientsOf<A>(
  op: NativeOp<A>,
  dys: tf.Tensor | tf.Tensor[],
  saved: tf.Tensor[],
  attributes: A,
): Record<string, () => tf.Tensor> {
  const backend = tf.backend() as unknown as NativeBackend
  const kept = saved.length - (op.savedOutputs ?? []).filter(Boolean).length
  const inputs = saved.slice(0, kept)
  const shapes = op.keepsNothing ? [[dys].flat()[0].shape] : inputs.map(({ shape }) => shape)
  // Computed together with others, or for others, and asked for by nobody: the tape does not say what it needs.
  const unused = new Set<Float32Array>()
  enterTapeNode(dys, saved, () => {
    for (const array of unused) backend.release(array)
  })
  const borrow = (length: number) => {
    const array = backend.allocate(length)
    backend.entrust(array)
    unused.add(array)
    return array
  }
  const claim = (array: Float32Array) => {
    unused.delete(array)
    return array
  }
  const all = [dys].flat()
  const call = {
    backend,
    dy: backend.floats(all[0]),
    dys: all,
    inputs,
    outputs: saved.slice(kept),
    attributes,
    borrow,
    claim,
  }
  const gradients = op.gradients(call)
  const each = Array.isArray(gradients) ? gradients : together(gradients, shapes.length, unused)
  const gradient = (i: number) => {
    const made = each[i]()
    return made instanceof Float32Array ? backend.tensor(made, shapes[i]) : made
  }
  return Object.fromEntries(shapes.map((_, i) => [String(i), () => backend.whole(() => gradient(i))] as const))
}

/** Computes all at the first call; what is asked for leaves `unused`. */
function together(compute: () => Float32Array[], count: number, unused: Set<Float32Array>): (() => Float32Array)[] {
  let arrays: Float32Array[] | undefined
  const all = () => {
    const computed = compute()
    for (const array of computed) unused.add(array)
    return computed
  }
  return Array.from({ length: count }, (_, i) => () => {
    arrays ??= all()
    unused.delete(arrays[i])
    return arrays[i]
  })
}
