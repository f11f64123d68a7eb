import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileAtomic } from '../../lib/writeFileAtomic.js'
import { peekValues } from '../../ops/peekValues.js'
import { writeSafetensors } from '../safetensors/writeSafetensors.js'
import type { Adapter } from './Adapter.js'
import { adapterParameters } from './adapterParameters.js'

/**
 * Writes an adapter as PEFT does, so that PEFT and vLLM load it: adapter_model.safetensors (float32), then
 * adapter_config.json. Each file is whole or absent, and the same adapter gives the same bytes.
 *
 * @param options.baseModel what base_model_name_or_path says; default: what the adapter was made on
 */
export async function saveAdapter(
  adapter: Adapter,
  directory: string,
  options: { baseModel?: string | null } = {},
): Promise<void> {
  await mkdir(directory, { recursive: true })
  const tensors = [...adapterParameters(adapter)].map(([name, variable]) => ({
    name,
    shape: variable.shape,
    values: () => peekValues(variable),
  }))
  await writeSafetensors(join(directory, 'adapter_model.safetensors'), tensors)
  const config = adapterConfig(adapter, options.baseModel === undefined ? adapter.baseModel : options.baseModel)
  await writeFileAtomic(join(directory, 'adapter_config.json'), `${JSON.stringify(config, null, 2)}\n`)
}

/** The keys that PEFT and vLLM read; those it leaves at their defaults are left out. */
function adapterConfig(adapter: Adapter, baseModel: string | null) {
  return {
    alpha_pattern: {},
    base_model_name_or_path: baseModel,
    bias: 'none',
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    lora_alpha: adapter.alpha,
    lora_dropout: 0,
    modules_to_save: null,
    peft_type: 'LORA',
    r: adapter.rank,
    rank_pattern: {},
    target_modules: [...adapter.targets].sort(),
    task_type: 'CAUSAL_LM',
    use_dora: false,
    use_rslora: adapter.useRslora,
  }
}
