import { didYouMean } from '../lib/didYouMean.js'
import { checkEngine } from './checkEngine.js'
import type { Path } from './Path.js'
import { describeFound } from './describeFound.js'
import { isMap } from './isMap.js'
import type { PlacedProblem } from './problemsOfIssues.js'

type Loose = Record<string, unknown>

/** Source types with a question and a gold answer: what rollouts and evaluations need. */
const questionTypes = ['finqa', 'convfinqa', 'synthetic']

/**
 * What no single key can say: names that must exist or differ, numbers that must fit each other.
 *
 * It reads the recipe as written, not as parsed, so that a typo elsewhere hides none of these; it complains of what
 * was written alone, never of a default.
 */
export function checkReferences(root: Loose): PlacedProblem[] {
  const stages = Array.isArray(root.stages) ? root.stages : []
  return [
    ...checkModel(isMap(root.model) ? root.model : undefined),
    ...checkEngine(root),
    ...checkJudge(root),
    ...checkTerms(root),
    ...checkHistory(root.data),
    ...checkStageNames(stages),
    ...checkStageFolders(stages),
    ...stages.flatMap((stage: unknown, i) => (isMap(stage) ? checkStage(root, stage, ['stages', i]) : [])),
  ]
}

function checkModel(model: Loose | undefined): PlacedProblem[] {
  if (model === undefined) return []
  if (model.path === undefined && model.init === undefined) {
    const message = 'missing; a Hugging Face directory, a hub id, or "embedded" (or model.init for a fresh model)'
    return [{ at: ['model', 'path'], message }]
  }
  const problems: PlacedProblem[] = []
  if (model.path !== undefined && model.init !== undefined) {
    problems.push({ at: ['model', 'init'], message: 'a model is either loaded (path) or fresh (init); leave one out' })
  }
  if (isMap(model.init) && model.init.vocab_size === undefined && model.tokenizer === undefined) {
    const message = 'missing; give model.tokenizer, which knows the size of its vocabulary, or the number of tokens'
    problems.push({ at: ['model', 'init', 'vocab_size'], message })
  }
  if (isMap(model.adapter) && model.adapter.type === 'lora' && model.init !== undefined) {
    problems.push({
      at: ['model', 'adapter'],
      message: 'an adapter on fresh random weights learns nothing; use {type: full}',
    })
  }
  return problems
}

/** Someone must be able to judge, or every accuracy reward is unknown. */
function checkJudge(root: Loose): PlacedProblem[] {
  const verifier = isMap(root.verifier) ? root.verifier : {}
  const rulesOff = isMap(verifier.rules) && verifier.rules.enabled === false
  const noModel = isMap(verifier.model) && verifier.model.type === 'none'
  if (!rulesOff || !noModel) return []
  return [
    { at: ['verifier'], message: 'the rules are off and the model is none, so nobody judges; switch one of them on' },
  ]
}

function checkTerms(root: Loose): PlacedProblem[] {
  const terms = isMap(root.rewards) && Array.isArray(root.rewards.terms) ? (root.rewards.terms as unknown[]) : []
  const types = terms.map((term) => (isMap(term) ? term.type : undefined))
  return types.flatMap((type, i) =>
    type !== undefined && types.indexOf(type) < i
      ? [
          {
            at: ['rewards', 'terms', i, 'type'],
            message: `found ${describeFound(type)} twice; a term counts once, by its weight`,
          },
        ]
      : [],
  )
}

/** A stage without a name is called by its type. */
/** A model answers with its own earlier turns only where those turns are there to be answered. */
function checkHistory(data: unknown): PlacedProblem[] {
  if (!isMap(data)) return []
  const message =
    "found own with turns: last, which leaves none of the model's own turns; take turns: all or history: gold"
  return Object.entries(data).flatMap(([name, source]) =>
    isMap(source) && source.type === 'convfinqa' && source.history === 'own' && source.turns === 'last'
      ? [{ at: ['data', name, 'history'], message }]
      : [],
  )
}

function checkStageNames(stages: readonly unknown[]): PlacedProblem[] {
  const names = stages.map((stage) => (isMap(stage) ? (stage.name ?? stage.type) : undefined))
  return names.flatMap((name, i) => {
    const first = names.indexOf(name)
    if (name === undefined || first === i) return []
    return [
      {
        at: ['stages', i, 'name'],
        message: `stages[${first}] is called ${describeFound(name)} too; give each stage its own name`,
      },
    ]
  })
}

/** A training stage has a folder of its name in the run directory, where these are something else. */
const takenNames =
  /^(completions|eval|recipe\.yaml|run\.json|run\.lock|result\.json|(steps|verdicts|log|changes)\.jsonl(\..*)?)$/

function checkStageFolders(stages: readonly unknown[]): PlacedProblem[] {
  return stages.flatMap((stage, i) => {
    const name = isMap(stage) && stage.type !== 'eval' ? stage.name : undefined
    if (typeof name !== 'string' || !takenNames.test(name)) return []
    const message = `found ${describeFound(name)}, which the run directory has a file or folder of; choose another name`
    return [{ at: ['stages', i, 'name'], message }]
  })
}

function checkStage(root: Loose, stage: Loose, at: Path): PlacedProblem[] {
  const checks: Record<string, typeof checkSft> = { sft: checkSft, grpo: checkGrpo, eval: checkEval }
  const check = checks[String(stage.type)]
  return check === undefined ? [] : check(root, stage, at)
}

function checkSft(root: Loose, stage: Loose, at: Path): PlacedProblem[] {
  return [
    ...checkSources(root, stage.train, [...at, 'train']),
    ...checkSources(root, stage.validation, [...at, 'validation']),
    ...checkDuration(stage, at),
    ...checkWarmup(stage, at),
  ]
}

function checkGrpo(root: Loose, stage: Loose, at: Path): PlacedProblem[] {
  const replay = isMap(stage.rollouts) && stage.rollouts.type === 'replay'
  const empty = stage.train === undefined || (Array.isArray(stage.train) && stage.train.length === 0)
  const missing =
    replay || !empty ? [] : [{ at: [...at, 'train'], message: 'missing; name the data that prompts come from' }]
  const evaluate = isMap(stage.evaluate) ? stage.evaluate : {}
  return [
    ...missing,
    ...checkSources(root, stage.train, [...at, 'train'], questionTypes),
    ...checkSources(root, evaluate.data, [...at, 'evaluate', 'data'], questionTypes),
    ...checkDuration(stage, at),
    ...checkWarmup(stage, at),
    ...checkUpdates(stage, at),
    ...checkSkipping(stage, at),
    ...checkLengths(root, stage.maxCompletionLength, [...at, 'maxCompletionLength']),
  ]
}

function checkEval(root: Loose, stage: Loose, at: Path): PlacedProblem[] {
  const decoding = isMap(stage.decoding) ? stage.decoding : {}
  const greedy = decoding.temperature === undefined || decoding.temperature === 0
  const repeated = typeof decoding.samples === 'number' && decoding.samples > 1 && greedy
  const message = `found ${describeFound(decoding.samples)}; greedy answers are all equal, so set a temperature above 0`
  return [
    ...checkSources(root, stage.data, [...at, 'data'], questionTypes),
    ...checkLengths(root, decoding.maxTokens, [...at, 'decoding', 'maxTokens']),
    ...(repeated ? [{ at: [...at, 'decoding', 'samples'], message }] : []),
  ]
}

function checkSources(root: Loose, names: unknown, at: Path, types?: readonly string[]): PlacedProblem[] {
  if (!Array.isArray(names)) return []
  const data = isMap(root.data) ? root.data : {}
  const known = Object.keys(data)
  return names.flatMap((name: unknown, i): PlacedProblem[] => {
    if (typeof name !== 'string') return []
    if (!Object.hasOwn(data, name)) {
      const meant = didYouMean(name, known)
      const way = known.length === 0 ? 'the recipe has no data' : `data has: ${known.join(', ')}`
      return [{ at: [...at, i], message: `found "${name}"; ${meant === undefined ? way : `did you mean "${meant}"?`}` }]
    }
    const source = data[name]
    if (types === undefined || !isMap(source) || typeof source.type !== 'string' || types.includes(source.type))
      return []
    if (!knownSourceTypes.includes(source.type)) return []
    return [{ at: [...at, i], message: `"${name}" is of type ${source.type}; this stage takes ${types.join(', ')}` }]
  })
}

const knownSourceTypes = ['finqa', 'convfinqa', 'synthetic', 'synthetic-text', 'pairs', 'messages', 'tokens']

function checkDuration(stage: Loose, at: Path): PlacedProblem[] {
  if (stage.steps !== undefined || stage.epochs !== undefined) return []
  return [{ at: [...at, 'steps'], message: 'missing; say how long the stage lasts by steps or epochs' }]
}

function checkWarmup(stage: Loose, at: Path): PlacedProblem[] {
  const { warmupSteps } = isMap(stage.optimizer) ? stage.optimizer : {}
  if (typeof warmupSteps !== 'number' || typeof stage.steps !== 'number' || warmupSteps <= stage.steps) return []
  const message = `found ${warmupSteps}; the stage has ${stage.steps} steps, so it would end before its warm-up`
  return [{ at: [...at, 'optimizer', 'warmupSteps'], message }]
}

/** Each update takes its share of the batch's groups. */
function checkUpdates({ updatesPerBatch, promptsPerStep }: Loose, at: Path): PlacedProblem[] {
  if (typeof updatesPerBatch !== 'number' || typeof promptsPerStep !== 'number') return []
  if (updatesPerBatch <= promptsPerStep) return []
  const message = `found ${updatesPerBatch}; a batch of promptsPerStep ${promptsPerStep} groups cannot be cut into more parts`
  return [{ at: [...at, 'updatesPerBatch'], message }]
}

/** Without a gradient are groups of equal rewards only where nothing but advantages has a say. */
function checkSkipping({ skipEqualGroups, loss }: Loose, at: Path): PlacedProblem[] {
  if (skipEqualGroups !== true || !isMap(loss)) return []
  const inLoss = !isMap(loss.kl) || loss.kl.in !== 'reward'
  const why =
    typeof loss.beta === 'number' && loss.beta > 0 && inLoss
      ? `loss.beta is ${loss.beta}, and the KL has a gradient in every group; set it to 0 or loss.kl.in to reward`
      : loss.type === 'bnpo'
        ? 'loss.type bnpo divides by the tokens of each micro-batch, which skipped groups would change'
        : undefined
  return why === undefined ? [] : [{ at: [...at, 'skipEqualGroups'], message: `found true; ${why}` }]
}

/** Prompt and completion share the context, model.maxLength. */
function checkLengths(root: Loose, completion: unknown, at: Path): PlacedProblem[] {
  const { maxLength } = isMap(root.model) ? root.model : {}
  const { maxPromptTokens } = isMap(root.prompt) ? root.prompt : {}
  if (typeof maxLength !== 'number' || typeof completion !== 'number') return []
  if (completion >= maxLength) {
    return [{ at, message: `found ${completion}; model.maxLength is ${maxLength}, which leaves no room for a prompt` }]
  }
  if (typeof maxPromptTokens !== 'number' || maxPromptTokens + completion <= maxLength) return []
  const sum = `prompt.maxPromptTokens ${maxPromptTokens} + ${completion} is more than model.maxLength ${maxLength}`
  return [{ at, message: `found ${completion}; ${sum}` }]
}
