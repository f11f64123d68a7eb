import { join } from 'node:path'
import { packageRoot } from '../lib/packageRoot.js'

/**
 * A recipe of seconds with every kind of state there is: SFT, a sampled GRPO stage of two updates a batch with KL and a
 * judge, evaluations between and within.
 */
export function crashRecipe({ judgeUrl, rewardModule }: { judgeUrl: string; rewardModule: string }): string {
  return `version: 1
name: crash
seed: 5
model:
  init: {model_type: qwen2, hidden_size: 32, intermediate_size: 64, num_hidden_layers: 1, num_attention_heads: 2,
         num_key_value_heads: 1, max_position_embeddings: 1024}
  tokenizer: ${join(packageRoot(), 'checkpoints/embedded-base')}
  adapter: {type: full}
  maxLength: 1024
data:
  lessons: {type: synthetic, examples: 24, seed: 1}
  exam: {type: synthetic, examples: 4, seed: 2}
prompt: {template: compact, context: evidence, maxPromptTokens: 256}
verifier: {model: {type: none}, cache: {enabled: false}, maxUnknownShare: 0}
rewards:
  terms:
    - {type: format}
    - {type: module, path: ${rewardModule}}
    - type: rubric
      criteria: [{text: is even}]
      model: {type: openai, url: '${judgeUrl}', model: judge, maxRetries: 4, backoffMs: 2}
stages:
  - {type: sft, name: sft, train: [lessons], steps: 9, batchSize: 2, optimizer: {learningRate: 1.0e-3}}
  - {type: eval, name: middle, data: [exam], decoding: {maxTokens: 8}}
  - type: grpo
    name: grpo
    train: [lessons]
    steps: 8
    promptsPerStep: 2
    updatesPerBatch: 2
    numGenerations: 4
    maxCompletionLength: 12
    loss: {type: dapo, beta: 0.04}
    evaluate: {everySteps: 3, data: [exam], limit: 2, maxTokens: 4}
    optimizer: {learningRate: 1.0e-3}
  - {type: eval, name: end, data: [exam], decoding: {maxTokens: 8}}
checkpoint: {everySteps: 2, everyMinutes: null, keepLast: 2}
`
}
