import * as tf from '@tensorflow/tfjs-core'
import { dropUntilRead } from '../ops/dropUntilRead.js'
import { linear } from '../ops/linear.js'
import { mlpBlock } from '../ops/mlpBlock.js'
import { projectHeads, type Heads } from '../ops/projectHeads.js'
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

const headNames = ['self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj'] as const

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
  const keep = (rows: tf.Tensor2D) => (input.keepRows ? selectRows(rows, input.keepRows) : rows)
  const heads = attentionHeads(x, input)
  const attended = input.attend(heads.q, heads.k, heads.v)
  return mlp(project(keep(attended), 'self_attn.o_proj', input, keep(heads.x)), input)
}

/** x once more, and q, k and v of its norm. */
function attentionHeads(x: tf.Tensor2D, input: LayerInput): Heads {
  const { model, adapter, layer, positions } = input
  const { frequencies, scaling } = model.rotary
  const norm = vector(model, `${path(layer)}.input_layernorm.weight`)
  const [q, k, v] = headNames
  if (!model.config.qkNorm && !headNames.some((name) => adapter?.weights.has(`${path(layer)}.${name}`))) {
    const projection = (name: string) => ({ weight: weight(name, input), bias: bias(name, input) })
    const projections = { norm, eps: model.config.rmsNormEps, q: projection(q), k: projection(k), v: projection(v) }
    return projectHeads(x, projections, { positions, frequencies, scaling })
  }
  const normed = rmsNorm(x, norm, model.config.rmsNormEps)
  const rotate = (heads: tf.Tensor2D) => rotary(heads, positions, frequencies, scaling)
  const heads = {
    x,
    q: rotate(headNorm(project(normed, q, input), 'q_norm', input)),
    k: rotate(headNorm(project(normed, k, input), 'k_norm', input)),
    v: project(normed, v, input),
  }
  dropUntilRead(normed)
  return heads
}

/** x + the MLP of its norm. */
function mlp(x: tf.Tensor2D, input: LayerInput): tf.Tensor2D {
  const { model, adapter, layer } = input
  const eps = model.config.rmsNormEps
  const [gate, up, down] = mlpNames
  const norm = vector(model, `${path(layer)}.post_attention_layernorm.weight`)
  if (mlpNames.every((name) => isPlainProjection(`${path(layer)}.${name}`, model, adapter))) {
    return mlpBlock(x, { norm, gate: weight(gate, input), up: weight(up, input), down: weight(down, input) }, eps)
  }
  const normed = rmsNorm(x, norm, eps)
  const activated = swiGlu(project(normed, gate, input), project(normed, up, input))
  dropUntilRead(normed)
  const y = project(activated, down, input, x)
  dropUntilRead(activated)
  return y
}

/** Qwen3's RMSNorm over each head; the other families have none. */
function headNorm(x: tf.Tensor2D, name: 'q_norm' | 'k_norm', { model, layer }: LayerInput): tf.Tensor2D {
  if (!model.config.qkNorm) return x
  const weight = vector(model, `${path(layer)}.self_attn.${name}.weight`)
  const perHead = rmsNorm(tf.reshape(x, [-1, model.config.headDim]), weight, model.config.rmsNormEps)
  return tf.reshape(perHead, x.shape)
}

/** @param residual added to the projection, where given */
function project(x: tf.Tensor2D, name: string, input: LayerInput, residual?: tf.Tensor2D): tf.Tensor2D {
  const { adapter, layer } = input
  const pair = adapter?.weights.get(`${path(layer)}.${name}`)
  return linear(x, weight(name, input), {
    bias: bias(name, input),
    lora: pair && adapter ? { ...pair, scale: adapter.scale } : undefined,
    residual,
  })
}

function weight(name: string, { model, layer }: LayerInput): tf.Variable<tf.Rank.R2> {
  return model.parameters.get(`${path(layer)}.${name}.weight`) as tf.Variable<tf.Rank.R2>
}

function bias(name: string, { model, layer }: LayerInput): tf.Variable<tf.Rank.R1> | undefined {
  return model.parameters.get(`${path(layer)}.${name}.bias`) as tf.Variable<tf.Rank.R1> | undefined
}

function vector(model: Model, name: string): tf.Variable<tf.Rank.R1> {
  return model.parameters.get(name) as tf.Variable<tf.Rank.R1>
}

function path(layer: number): string {
  return `model.layers.${layer}`
}
