import * as tf from '@tensorflow/tfjs-core'
import { dropUntilRead } from '../ops/dropUntilRead.js'
import { gatedMlp } from '../ops/gatedMlp.js'
import { linear } from '../ops/linear.js'
import { residual } from '../ops/residual.js'
import { rmsNorm } from '../ops/rmsNorm.js'
import { rotary } from '../ops/rotary.js'
import { selectRows } from '../ops/selectRows.js'
import { swiGlu } from '../ops/swiGlu.js'
import type { Adapter } from './adapter/Adapter.js'
import { isPlainProjection } from './isPlainProjection.js'
import { mlpNames } from './mlpNames.js'
import type { Model } from './Model.js'

/** q [rows, heads·headDim], k and v [rows, kvHeads·headDim] → [rows, heads·headDim]; training and sampling differ here alone. */
export type Attend = (q: tf.Tensor2D, k: tf.Tensor2D, v: tf.Tensor2D) => tf.Tensor2D

export interface LayerInput {
  readonly model: Model
  readonly adapter: Adapter | null
  /** From 0. */
  readonly layer: number
  /** Each row's position in its sequence, [rows]. */
  readonly positions: Int32Array
  readonly attend: Attend
  /** The rows whose output is wanted (a last layer whose other rows nobody reads); all where absent. */
  readonly keepRows?: Int32Array
}

/**
 * One decoder block: x + o_proj(attention(norm(x))), then + down_proj(swiGlu(norm(·))).
 *
 * @param x [rows, hidden]
 * @returns [rows, hidden], or [keepRows, hidden]
 */
export function decoderLayer(x: tf.Tensor2D, input: LayerInput): tf.Tensor2D {
  const { model, layer } = input
  const eps = model.config.rmsNormEps
  const attended = selfAttention(rmsNorm(x, vector(model, `${path(layer)}.input_layernorm.weight`), eps), input)
  const keep = (rows: tf.Tensor2D) => (input.keepRows ? selectRows(rows, input.keepRows) : rows)
  const attending = residual(keep(x), project(keep(attended), 'self_attn.o_proj', input))
  const normed = rmsNorm(attending, vector(model, `${path(layer)}.post_attention_layernorm.weight`), eps)
  return residual(attending, mlp(normed, input))
}

/** @param x the layer's normalised attention output, which is dropped */
function mlp(x: tf.Tensor2D, input: LayerInput): tf.Tensor2D {
  const [gate, up, down] = mlpNames
  const { model, adapter, layer } = input
  if (mlpNames.every((name) => isPlainProjection(`${path(layer)}.${name}`, model, adapter))) {
    const y = gatedMlp(x, { gate: weight(gate, input), up: weight(up, input), down: weight(down, input) })
    dropUntilRead(x)
    return y
  }
  const activated = swiGlu(project(x, gate, input), project(x, up, input))
  dropUntilRead(x)
  const y = project(activated, down, input)
  dropUntilRead(activated)
  return y
}

/** @param x the layer's normalised input, which is dropped */
function selfAttention(x: tf.Tensor2D, input: LayerInput): tf.Tensor2D {
  const { frequencies, scaling } = input.model.rotary
  const rotate = (heads: tf.Tensor2D) => rotary(heads, input.positions, frequencies, scaling)
  const q = rotate(headNorm(project(x, 'self_attn.q_proj', input), 'q_norm', input))
  const k = rotate(headNorm(project(x, 'self_attn.k_proj', input), 'k_norm', input))
  const v = project(x, 'self_attn.v_proj', input)
  dropUntilRead(x)
  return input.attend(q, k, v)
}

/** Qwen3's RMSNorm over each head; the other families have none. */
function headNorm(x: tf.Tensor2D, name: 'q_norm' | 'k_norm', { model, layer }: LayerInput): tf.Tensor2D {
  if (!model.config.qkNorm) return x
  const weight = vector(model, `${path(layer)}.self_attn.${name}.weight`)
  const perHead = rmsNorm(tf.reshape(x, [-1, model.config.headDim]), weight, model.config.rmsNormEps)
  return tf.reshape(perHead, x.shape)
}

function project(x: tf.Tensor2D, name: string, { model, adapter, layer }: LayerInput): tf.Tensor2D {
  const module = `${path(layer)}.${name}`
  const pair = adapter?.weights.get(module)
  return linear(x, weight(name, { model, layer }), {
    bias: model.parameters.get(`${module}.bias`) as tf.Variable<tf.Rank.R1> | undefined,
    lora: pair && adapter ? { ...pair, scale: adapter.scale } : undefined,
  })
}

function weight(name: string, { model, layer }: Pick<LayerInput, 'model' | 'layer'>): tf.Variable<tf.Rank.R2> {
  return model.parameters.get(`${path(layer)}.${name}.weight`) as tf.Variable<tf.Rank.R2>
}

function vector(model: Model, name: string): tf.Variable<tf.Rank.R1> {
  return model.parameters.get(name) as tf.Variable<tf.Rank.R1>
}

function path(layer: number): string {
  return `model.layers.${layer}`
}
