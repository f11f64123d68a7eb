import { jsonFields, type JsonFields } from './jsonFields.js'
import type { RopeConfig } from './RopeConfig.js'

const TYPES = 'default, linear, dynamic, llama3 or yarn'

/**
 * The rotary settings of a config.json, in either spelling: Transformers 5 (`rope_parameters: {rope_type, rope_theta, …}`)
 * or 4 (`rope_theta` at the top, `rope_scaling: {type or rope_type, …}` or null).
 */
export function parseRopeConfig(raw: Readonly<Record<string, unknown>>, problems: string[]): RopeConfig {
  const key = raw.rope_parameters != null ? 'rope_parameters' : 'rope_scaling'
  const found = raw[key] ?? {}
  if (typeof found !== 'object' || Array.isArray(found)) {
    problems.push(`${key}: found ${JSON.stringify(found)}; it must be an object or null.`)
    return { type: 'default', theta: 10_000 }
  }
  const source = found as Record<string, unknown>
  const fields = jsonFields(source, problems, `${key}.`)
  const top = jsonFields(raw, problems)
  const theta =
    fields.value('rope_theta') === undefined
      ? top.positive('rope_theta', { fallback: 10_000 })
      : fields.positive('rope_theta')
  if (fields.value('partial_rotary_factor') !== undefined && fields.value('partial_rotary_factor') !== 1)
    fields.refuse('partial_rotary_factor', 'only 1 (every dimension is rotated) is supported.')
  return parseType(fields, theta, top)
}

function parseType(fields: JsonFields, theta: number, top: JsonFields): RopeConfig {
  const typeKey = fields.value('rope_type') === undefined ? 'type' : 'rope_type'
  const type = (fields.value(typeKey) ?? 'default') as RopeConfig['type']
  const original = () =>
    fields.integer('original_max_position_embeddings', {
      fallback: top.value('max_position_embeddings') as number | undefined,
    })
  switch (type) {
    case 'default':
      return { type, theta }
    case 'linear':
    case 'dynamic':
      return { type, theta, factor: fields.positive('factor') }
    case 'llama3':
      return {
        type,
        theta,
        factor: fields.positive('factor'),
        lowFreqFactor: fields.positive('low_freq_factor'),
        highFreqFactor: fields.positive('high_freq_factor'),
        originalMaxPositions: original(),
      }
    case 'yarn':
      return {
        type,
        theta,
        factor: fields.positive('factor'),
        originalMaxPositions: original(),
        betaFast: fields.positive('beta_fast', { fallback: 32 }),
        betaSlow: fields.positive('beta_slow', { fallback: 1 }),
        truncate: fields.boolean('truncate', true),
        attentionFactor: yarnAttentionFactor(fields),
      }
    default:
      fields.refuse(typeKey, `${TYPES} are supported.`)
      return { type: 'default', theta }
  }
}

/** YaRN's temperature on cos and sin, 0.1·ln(factor) + 1 unless the config says otherwise (Peng et al. 2023, §3.4). */
function yarnAttentionFactor(fields: JsonFields): number {
  if (fields.value('attention_factor') !== undefined) return fields.positive('attention_factor')
  const factor = fields.value('factor') as number
  const scaled = (mscale: number) => (factor <= 1 ? 1 : 0.1 * mscale * Math.log(factor) + 1)
  if (!fields.value('mscale') || !fields.value('mscale_all_dim')) return scaled(1)
  return scaled(fields.positive('mscale')) / scaled(fields.positive('mscale_all_dim'))
}
