import * as tf from '@tensorflow/tfjs-core'
import { enterTapeNode } from './enterTapeNode.js'

type Gradients = Record<string, () => tf.Tensor>
type Attributes = Record<string, unknown>

/**
 * Registers the gradients of the tf ops that the reference versions are made of (and their near kin). Under Node,
 * tfjs-core's entry comes without any, and its own files of them load in a bundler only.
 * Gradients that are registered already (TensorFlow's Node package brings all) are left alone.
 */
export function registerGradients(): void {
  for (const config of configs) {
    if (tf.getGradient(config.kernelName) != null) continue
    tf.registerGradient({
      ...config,
      gradFunc: (dy, saved, attributes) => {
        enterTapeNode(dy, saved)
        return config.gradFunc(dy, saved, attributes)
      },
    })
  }
}

const configs: tf.GradConfig[] = [
  {
    kernelName: 'Add',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, [a, b]) => ({ a: () => unbroadcast(one(dy), a), b: () => unbroadcast(one(dy), b) }),
  },
  {
    kernelName: 'Sub',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, [a, b]) => ({ a: () => unbroadcast(one(dy), a), b: () => unbroadcast(tf.neg(one(dy)), b) }),
  },
  {
    kernelName: 'Multiply',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, [a, b]) => ({
      a: () => unbroadcast(tf.mul(one(dy), b), a),
      b: () => unbroadcast(tf.mul(one(dy), a), b),
    }),
  },
  {
    kernelName: 'RealDiv',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, [a, b]) => ({
      a: () => unbroadcast(tf.div(one(dy), b), a),
      b: () => unbroadcast(tf.neg(tf.div(tf.mul(one(dy), a), tf.square(b))), b),
    }),
  },
  {
    kernelName: 'AddN',
    saveAllInputs: true,
    gradFunc: (dy, inputs): Gradients =>
      Object.fromEntries(inputs.map((_, i) => [String(i), () => tf.clone(one(dy))] as const)),
  },
  unary('Identity', (dy) => tf.clone(dy)),
  unary('Cast', (dy) => tf.clone(dy)),
  unary('Neg', (dy) => tf.neg(dy)),
  unaryOfInput('Square', (dy, x) => tf.mul(dy, tf.mul(x, 2))),
  unaryOfInput('Log', (dy, x) => tf.div(dy, x)),
  unaryOfOutput('Exp', (dy, y) => tf.mul(dy, y)),
  unaryOfOutput('Sqrt', (dy, y) => tf.div(dy, tf.mul(y, 2))),
  unaryOfOutput('Rsqrt', (dy, y) => tf.mul(dy, tf.mul(tf.mul(tf.square(y), y), -0.5))),
  unaryOfOutput('Sigmoid', (dy, y) => tf.mul(dy, tf.mul(y, tf.sub(1, y)))),
  unaryOfOutput('Tanh', (dy, y) => tf.mul(dy, tf.sub(1, tf.square(y)))),
  unaryOfInput('Reshape', (dy, x) => tf.reshape(dy, x.shape)),
  {
    kernelName: 'ExpandDims',
    inputsToSave: ['input'],
    gradFunc: (dy, [input]) => ({ input: () => tf.reshape(one(dy), input.shape) }),
  },
  {
    kernelName: 'Transpose',
    gradFunc: (dy, _, attributes) => ({
      x: () => tf.transpose(one(dy), inversePermutation(attribute<number[]>(attributes, 'perm'))),
    }),
  },
  {
    kernelName: 'Concat',
    saveAllInputs: true,
    gradFunc: (dy, inputs, attributes): Gradients => {
      const axis = tf.util.parseAxisParam(attribute<number>(attributes, 'axis'), one(dy).shape)[0]
      const starts = [0]
      for (const input of inputs) starts.push(starts[starts.length - 1] + input.shape[axis])
      return Object.fromEntries(
        inputs.map((x, i) => [String(i), () => sliceAxis(one(dy), axis, starts[i], x)] as const),
      )
    },
  },
  {
    kernelName: 'SplitV',
    gradFunc: (dy, _, attributes) => ({
      // A split into one piece has one dy, not a list of one.
      x: () => tf.concat([dy].flat() as tf.Tensor[], attribute<number>(attributes, 'axis')),
    }),
  },
  {
    kernelName: 'Slice',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attributes) => ({
      x: () => {
        const begin = attribute<number[]>(attributes, 'begin')
        const paddings = x.shape.map((size, i): [number, number] => [begin[i], size - begin[i] - one(dy).shape[i]])
        return tf.pad(one(dy), paddings)
      },
    }),
  },
  {
    kernelName: 'Sum',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attributes) => ({ x: () => spread(one(dy), x, attributes) }),
  },
  {
    kernelName: 'Mean',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attributes) => ({
      x: () => tf.mul(spread(one(dy), x, attributes), one(dy).size / x.size),
    }),
  },
  {
    kernelName: 'Softmax',
    outputsToSave: [true],
    gradFunc: (dy, [y]) => ({
      logits: () => {
        const weighted = tf.mul(one(dy), y)
        return tf.sub(weighted, tf.mul(tf.sum(weighted, -1, true), y))
      },
    }),
  },
  {
    kernelName: 'BatchMatMul',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, [a, b], attributes) => matMulGradients(one(dy), a, b, attributes),
  },
]

function unary(kernelName: string, gradient: (dy: tf.Tensor) => tf.Tensor): tf.GradConfig {
  return { kernelName, gradFunc: (dy) => ({ x: () => gradient(one(dy)) }) }
}

function unaryOfInput(kernelName: string, gradient: (dy: tf.Tensor, x: tf.Tensor) => tf.Tensor): tf.GradConfig {
  return { kernelName, inputsToSave: ['x'], gradFunc: (dy, [x]) => ({ x: () => gradient(one(dy), x) }) }
}

function unaryOfOutput(kernelName: string, gradient: (dy: tf.Tensor, y: tf.Tensor) => tf.Tensor): tf.GradConfig {
  return { kernelName, outputsToSave: [true], gradFunc: (dy, [y]) => ({ x: () => gradient(one(dy), y) }) }
}

/** c = op(a)·op(b), op a transpose where asked: each factor's gradient is dc times the other, turned as it was. */
function matMulGradients(dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor, attributes: tf.NamedAttrMap): Gradients {
  const turnA = attribute<boolean>(attributes, 'transposeA')
  const turnB = attribute<boolean>(attributes, 'transposeB')
  return {
    a: () => (turnA ? tf.matMul(b, dy, turnB, true) : tf.matMul(dy, b, false, !turnB)),
    b: () => (turnB ? tf.matMul(dy, a, true, turnA) : tf.matMul(a, dy, !turnA, false)),
  }
}

function one(dy: tf.Tensor | tf.Tensor[]): tf.Tensor {
  return dy as tf.Tensor
}

function attribute<T>(attributes: tf.NamedAttrMap, name: string): T {
  return (attributes as unknown as Attributes)[name] as T
}

/** Sums dy over the axes along which x was repeated to meet the other operand. */
function unbroadcast(dy: tf.Tensor, x: tf.Tensor): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes(x.shape, dy.shape)
  return tf.reshape(axes.length > 0 ? tf.sum(dy, axes) : dy, x.shape)
}

/** Repeats a reduced tensor along the axes that were summed. */
function spread(dy: tf.Tensor, x: tf.Tensor, attributes: tf.NamedAttrMap): tf.Tensor {
  const axes = tf.util.parseAxisParam(attribute<number[]>(attributes, 'axis'), x.shape)
  const shape = x.shape.map((size, i) => (axes.includes(i) ? 1 : size))
  return tf.mul(tf.reshape(dy, shape), tf.ones(x.shape))
}

function sliceAxis(dy: tf.Tensor, axis: number, start: number, like: tf.Tensor): tf.Tensor {
  return tf.slice(
    dy,
    like.shape.map((_, i) => (i === axis ? start : 0)),
    like.shape,
  )
}

function inversePermutation(permutation: readonly number[]): number[] {
  const inverse: number[] = []
  permutation.forEach((axis, i) => (inverse[axis] = i))
  return inverse
}
