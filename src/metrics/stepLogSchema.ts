import { stepMetrics } from './stepMetrics.js'

/** JSON Schema of a line of steps.jsonl; `x-deterministic` marks what the same seed reproduces, `x-unit` gives units. */
export function stepLogSchema(): object {
  const field = (type: string, description: string, deterministic: boolean, more: object = {}) => ({
    type,
    description,
    'x-deterministic': deterministic,
    ...more,
  })
  const metric = (name: string) => {
    const { describe, unit, deterministic } = stepMetrics[name]
    return { type: 'number', description: describe, 'x-unit': unit, 'x-deterministic': deterministic }
  }
  const names = Object.keys(stepMetrics)
  const families = names.filter((name) => name.endsWith('/*'))
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'fintune step log line',
    type: 'object',
    required: ['schema', 'run', 'attempt', 'stage', 'stageIndex', 'step', 'globalStep', 'time', 'metrics'],
    properties: {
      schema: { const: 'fintune.step/1', description: 'version of this schema', 'x-deterministic': true },
      run: field('string', 'the run’s name', true),
      attempt: field('integer', '1, and one more with each resume', false, { minimum: 1 }),
      stage: field('string', 'the stage’s name', true),
      stageIndex: field('integer', 'the stage’s place in the recipe, from 0', true, { minimum: 0 }),
      step: field('integer', 'optimizer step within its stage, from 1', true, { minimum: 1 }),
      globalStep: field('integer', 'optimizer step over all stages, from 1', true, { minimum: 1 }),
      time: field('string', 'when the step ended, UTC', false, { format: 'date-time' }),
      metrics: {
        type: 'object',
        description: 'values that are not known are absent; readers pass over names they do not know',
        properties: Object.fromEntries(
          names.filter((name) => !name.endsWith('/*')).map((name) => [name, metric(name)]),
        ),
        patternProperties: Object.fromEntries(families.map((name) => [`^${name.slice(0, -1)}`, metric(name)])),
        additionalProperties: { type: 'number' },
      },
    },
    additionalProperties: true,
  }
}
