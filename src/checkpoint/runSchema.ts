import { heartbeat } from './heartbeat.js'
import { runCauses } from './runCauses.js'

/** JSON Schema of run.json; `x-causes` says what each cause means. */
export function runSchema(): object {
  const text = (description: string, more: object = {}) => ({ type: 'string', description, ...more })
  const count = (description: string) => ({ type: 'integer', minimum: 0, description })
  const hashed = { path: text('as the recipe has it'), sha256: text('of the content') }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'fintune run.json',
    description: `Replaced atomically at every change, and every ${heartbeat.everyMs / 1000} s while the run's process lives.`,
    type: 'object',
    required: ['schema', 'status', 'stage', 'step', 'stepsTotal', 'startedAt', 'updatedAt', 'host', 'pid'],
    properties: {
      schema: { const: 'fintune.run/1' },
      status: {
        enum: ['running', 'interrupted', 'done', 'failed'],
        description: 'interrupted: checkpointed, run it again; one that says running whose process is gone was killed',
      },
      cause: { enum: Object.keys(runCauses), description: 'why it stopped short', 'x-causes': runCauses },
      message: text('of the error, where it failed'),
      stage: text('the stage it is in'),
      step: count('optimizer steps finished, over all stages'),
      stepsTotal: count('optimizer steps of all stages'),
      stages: {
        type: 'array',
        description: 'in order; an evaluation takes no optimizer steps',
        items: {
          type: 'object',
          required: ['name', 'type', 'steps'],
          properties: {
            name: text('its name'),
            type: { enum: ['sft', 'grpo', 'eval'] },
            steps: count('optimizer steps'),
          },
        },
      },
      attempt: count('processes that have worked on it'),
      startedAt: text('when the first of them began, UTC', { format: 'date-time' }),
      updatedAt: text('when this was written, UTC', { format: 'date-time' }),
      host: text('where its process runs or ran'),
      pid: count('of its process'),
      code: text('SHA-256 of the program’s modules'),
      verifier: text('names rules, model and prompt; absent where nothing is verified'),
      versions: {
        type: 'object',
        description: 'program, Node, engine, kernels',
        additionalProperties: { type: 'string' },
      },
      data: {
        type: 'array',
        items: { type: 'object', properties: { ...hashed, examples: count('read from it') } },
        description: 'files that went in',
      },
      model: { type: 'object', properties: hashed, description: 'the weights it began from' },
      ledger: { type: 'object', description: 'where its time went, as of the last stop' },
    },
    additionalProperties: true,
  }
}
