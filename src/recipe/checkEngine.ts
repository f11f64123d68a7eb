import { describeFound } from './describeFound.js'
import { isMap } from './isMap.js'
import type { Path } from './Path.js'
import type { PlacedProblem } from './problemsOfIssues.js'

type Loose = Record<string, unknown>

const attention = ['q_proj', 'k_proj', 'v_proj', 'o_proj']
const mlp = ['gate_proj', 'up_proj', 'down_proj']

/** What a recipe asks of an engine that this engine cannot do, with what it can do instead. */
export function checkEngine(root: Loose): PlacedProblem[] {
  const stages = Array.isArray(root.stages) ? root.stages : []
  const type = isMap(root.engine) ? root.engine.type : 'local'
  if (type === 'module') return [] // what it cannot do it says itself
  const check = type === 'tinker' ? checkTinkerStage : checkLocalStage
  return [
    ...(check === checkTinkerStage ? checkTinkerModel(isMap(root.model) ? root.model : {}) : []),
    ...stages.flatMap((stage: unknown, i) => (isMap(stage) ? check(stage, ['stages', i]) : [])),
  ]
}

function checkLocalStage({ maxStaleness }: Loose, at: Path): PlacedProblem[] {
  if (typeof maxStaleness !== 'number' || maxStaleness <= 0) return []
  const message = `found ${maxStaleness}; the local engine samples and trains in turns on the same cores, so nothing can run ahead: 0`
  return [{ at: [...at, 'maxStaleness'], message }]
}

function checkTinkerModel(model: Loose): PlacedProblem[] {
  const problems: PlacedProblem[] = []
  const add = (key: string[], message: string) => problems.push({ at: ['model', ...key], message })
  if (model.init !== undefined) {
    add(['init'], 'a Tinker server trains adapters on a model that it serves; name that model with model.path')
  }
  const adapter = isMap(model.adapter) ? model.adapter : {}
  if (adapter.type !== 'lora') {
    const found = adapter.type === undefined ? 'missing' : `found ${describeFound(adapter.type)}`
    add(['adapter'], `${found}; a Tinker server trains LoRA adapters alone. Use {type: lora, rank: 16}`)
    return problems
  }
  if (adapter.initFrom !== undefined) {
    add(['adapter', 'initFrom'], 'an adapter cannot be sent to a Tinker server; it begins with a fresh one')
  }
  if (Array.isArray(adapter.targets) && !isTrainable(adapter.targets)) {
    const message = `found ${adapter.targets.join(', ')}; a Tinker server trains attention (${attention.join(', ')}), the MLP (${mlp.join(', ')}) or both whole`
    add(['adapter', 'targets'], message)
  }
  return problems
}

function isTrainable(targets: readonly unknown[]): boolean {
  const whole = (part: readonly string[]) => part.every((name) => targets.includes(name))
  const none = (part: readonly string[]) => !part.some((name) => targets.includes(name))
  return (whole(attention) || none(attention)) && (whole(mlp) || none(mlp))
}

function checkTinkerStage(stage: Loose, at: Path): PlacedProblem[] {
  const loss = isMap(stage.loss) ? stage.loss : {}
  const sampling = stage.type === 'eval' ? 'decoding' : 'sampling'
  return [...checkKl(loss, [...at, 'loss']), ...checkSampling(stage[sampling], [...at, sampling])]
}

function checkKl({ beta, kl }: Loose, at: Path): PlacedProblem[] {
  if (typeof beta !== 'number' || beta === 0 || (isMap(kl) && kl.in === 'reward')) return []
  const message =
    `found ${beta}; a Tinker server has no KL term in its losses. Take it off the reward with  kl: {in: reward}  beside it, ` +
    'or set it to 0'
  return [{ at: [...at, 'beta'], message }]
}

/** The wire has temperature, topP, topK, stop and a seed. */
function checkSampling(sampling: unknown, at: Path): PlacedProblem[] {
  if (!isMap(sampling)) return []
  const neutral: Readonly<Record<string, number>> = { minP: 0, repetitionPenalty: 1 }
  return Object.entries(neutral).flatMap(([key, value]) =>
    typeof sampling[key] === 'number' && sampling[key] !== value
      ? [
          {
            at: [...at, key],
            message: `found ${sampling[key]}; a Tinker server knows temperature, topP and topK alone: ${value}`,
          },
        ]
      : [],
  )
}
