import { jsonFields, type JsonFields } from '../jsonFields.js'
import { ModelFileError } from '../ModelFileError.js'
import { ADAPTER_TARGETS, type AdapterTarget } from './Adapter.js'

/** What PEFT's adapter_config.json says, as far as it bears on the computation. */
export interface AdapterConfig {
  readonly rank: number
  readonly alpha: number
  readonly useRslora: boolean
  /** null where target_modules is a pattern: the tensors then say what the adapter is on. */
  readonly targets: readonly AdapterTarget[] | null
  readonly baseModel: string | null
}

/** Keys that change the computation when they are not empty; none is supported. */
const UNSUPPORTED = [
  'rank_pattern',
  'alpha_pattern',
  'modules_to_save',
  'layers_to_transform',
  'layer_replication',
  'exclude_modules',
  'target_parameters',
  'trainable_token_indices',
  'alora_invocation_tokens',
  'use_dora',
  'use_qalora',
  'use_bdlora',
  'lora_bias',
  'fan_in_fan_out',
]

/**
 * Reads PEFT's settings; what would load and then compute something else is refused by name. lora_dropout is let
 * through: it plays no part once trained, and training here uses none.
 *
 * @throws ModelFileError listing every problem: key, found, allowed
 */
export function parseAdapterConfig(raw: Readonly<Record<string, unknown>>, file: string): AdapterConfig {
  const problems: string[] = []
  const fields = jsonFields(raw, problems)
  if (fields.value('peft_type') !== 'LORA') fields.refuse('peft_type', 'only LORA is supported.')
  if ((fields.value('bias') ?? 'none') !== 'none') fields.refuse('bias', 'only none is supported.')
  for (const key of UNSUPPORTED)
    if (!isEmpty(fields.value(key))) fields.refuse(key, 'it is not supported; it must be empty.')
  const config: AdapterConfig = {
    rank: fields.integer('r'),
    alpha: fields.positive('lora_alpha'),
    useRslora: fields.boolean('use_rslora', false),
    targets: parseTargets(fields),
    baseModel: typeof raw.base_model_name_or_path === 'string' ? raw.base_model_name_or_path : null,
  }
  if (problems.length > 0) throw new ModelFileError(file, problems)
  return config
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined || value === false || (typeof value === 'object' && Object.keys(value as object).length === 0)
  )
}

/** Names may be given with their parent (self_attn.q_proj). */
function parseTargets(fields: JsonFields): AdapterTarget[] | null {
  const found = fields.value('target_modules')
  if (found === 'all-linear') return [...ADAPTER_TARGETS]
  if (typeof found === 'string') return null
  const names = Array.isArray(found) ? found.map((name) => String(name).replace(/^(self_attn|mlp)\./, '')) : []
  const allKnown = names.every((name) => ADAPTER_TARGETS.includes(name as AdapterTarget))
  if (names.length === 0 || !allKnown)
    fields.refuse('target_modules', `it must be a list of ${ADAPTER_TARGETS.join(', ')} (or all-linear).`)
  return ADAPTER_TARGETS.filter((target) => names.includes(target))
}
