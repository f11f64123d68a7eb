import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type * as tf from '@tensorflow/tfjs-core'
import { InputError } from '../../lib/InputError.js'
import { writeFileAtomic } from '../../lib/writeFileAtomic.js'
import { readSafetensors } from '../../model/safetensors/readSafetensors.js'
import { writeSafetensors, type TensorToWrite } from '../../model/safetensors/writeSafetensors.js'
import { peekValues } from '../../ops/peekValues.js'
import type { Moments } from './createOptimizer.js'
import type { TrainableParameter } from './TrainableParameter.js'

/** What an engine has to remember to go on bit for bit. */
export interface EngineState {
  readonly step: number
  /** By parameter name; moments and reference are empty where there are none. */
  readonly weights: ReadonlyMap<string, Float32Array>
  readonly moments: ReadonlyMap<string, { m: Float32Array; v: Float32Array }>
  readonly reference: ReadonlyMap<string, Float32Array>
}

const STATE_FILE = 'engine.json'
const TENSOR_FILE = 'engine.safetensors'
const SCHEMA = 'fintune.engine/1'

/**
 * Writes weights, moments and reference (float32) and the step count into an existing directory. With `whileTraining`
 * everything is copied before the first await, so that optimizer steps may change the originals meanwhile.
 */
export async function writeEngineState(
  directory: string,
  state: {
    step: number
    parameters: readonly TrainableParameter[]
    moments: ReadonlyMap<string, Moments>
    reference: readonly TrainableParameter[]
  },
  { whileTraining = false }: { readonly whileTraining?: boolean } = {},
): Promise<void> {
  const entry = (kind: string, name: string, variable: tf.Variable): TensorToWrite => {
    const copy = whileTraining ? peekValues(variable).slice() : null
    return {
      name: `${kind}/${name}`,
      shape: variable.shape,
      values: () => copy ?? peekValues(variable),
    }
  }
  await writeSafetensors(join(directory, TENSOR_FILE), [
    ...state.parameters.map(({ name, value }) => entry('weights', name, value)),
    ...[...state.moments].flatMap(([name, { m, v }]) => [entry('m', name, m), entry('v', name, v)]),
    ...state.reference.map(({ name, value }) => entry('reference', name, value)),
  ])
  await writeFileAtomic(join(directory, STATE_FILE), `${JSON.stringify({ schema: SCHEMA, step: state.step })}\n`)
}

/**
 * Reads what writeEngineState wrote.
 * @throws InputError where a file is absent or broken, or the tensors are not those of `parameters`
 */
export async function readEngineState(
  directory: string,
  parameters: readonly TrainableParameter[],
): Promise<EngineState> {
  const step = await readStep(join(directory, STATE_FILE))
  const reader = await readSafetensors(join(directory, TENSOR_FILE))
  try {
    const readKind = async (kind: string, required: boolean) => {
      const found = new Map<string, Float32Array>()
      for (const { name, value } of parameters) {
        const entry = reader.tensors.get(`${kind}/${name}`)
        if (!entry && !required) continue
        if (entry?.shape.join() !== value.shape.join())
          throw new InputError(
            `${reader.file}: ${kind}/${name} is ${entry ? `of shape [${entry.shape.join(', ')}]` : 'missing'}; this model ` +
              `and adapter need [${value.shape.join(', ')}]. The checkpoint was made with another model or adapter.`,
          )
        found.set(name, await reader.read(`${kind}/${name}`))
      }
      return found
    }
    const weights = await readKind('weights', true)
    const reference = await readKind('reference', false)
    const [m, v] = [await readKind('m', false), await readKind('v', false)]
    const moments = new Map(
      [...m].flatMap(([name, values]) => (v.has(name) ? [[name, { m: values, v: v.get(name)! }]] : [])),
    )
    return { step, weights, reference, moments }
  } finally {
    await reader.close()
  }
}

async function readStep(file: string): Promise<number> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new InputError(
      `${file}: cannot be read; the checkpoint is not whole. To check it:  fintune checkpoints verify`,
      {
        cause,
      },
    )
  })
  const found = parse(text)
  if (found?.schema === SCHEMA && Number.isSafeInteger(found.step)) return found.step as number
  throw new InputError(`${file}: found ${text.trim().slice(0, 80)}; it should hold {"schema": "${SCHEMA}", "step": n}.`)
}

function parse(text: string): { schema?: unknown; step?: unknown } | null {
  try {
    return JSON.parse(text) as { schema?: unknown; step?: unknown } | null
  } catch {
    return null
  }
}
