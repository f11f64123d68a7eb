import { readFile } from 'node:fs/promises'
import { InputError } from '../lib/InputError.js'
import type { Rollout } from './Rollout.js'

/**
 * Reads recorded rollouts, a group a line: `{"prompt_ids", "completions": [{"ids", "reward", "old_logprobs"}]}`.
 * Rewards may be null (unknown); advantages are still to be computed.
 *
 * @throws InputError that names the line and what is wrong with it
 */
export async function readRecordedRollouts(path: string, vocabSize: number): Promise<Rollout[]> {
  const text = await readFile(path, 'utf8').catch((cause) => {
    throw new InputError(`rollouts: ${path} cannot be read (${(cause as Error).message})`, { cause })
  })
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  if (lines.length === 0) throw new InputError(`rollouts: ${path} is empty; it takes one group a line`)
  return lines.map((line, index) => parseGroup(line, `${path} line ${index + 1}`, index, vocabSize))
}

function parseGroup(line: string, where: string, index: number, vocabSize: number): Rollout {
  const group = parseJson(line, where)
  const completions: unknown = group['completions']
  if (!Array.isArray(completions) || completions.length === 0) {
    throw new InputError(`${where}: completions: found ${JSON.stringify(completions)}; a non-empty list is needed`)
  }
  return {
    id: String(index),
    prompt: tokenIds(group['prompt_ids'], `${where}: prompt_ids`, vocabSize),
    promptText: null,
    completions: completions.map((entry: Record<string, unknown>, i) => {
      const place = `${where}: completions[${i}]`
      const tokens = tokenIds(entry['ids'], `${place}.ids`, vocabSize)
      const reward = entry['reward'] ?? null
      if (reward !== null && !Number.isFinite(reward)) {
        throw new InputError(`${place}.reward: found ${JSON.stringify(reward)}; a number or null is needed`)
      }
      const oldLogprobs = numbers(entry['old_logprobs'] ?? null, `${place}.old_logprobs`, tokens.length)
      return {
        tokens,
        text: null,
        finishReason: 'stop' as const,
        samplerLogprobs: null,
        oldLogprobs,
        refLogprobs: null,
        reward: reward as number | null,
        rewards: {},
        advantage: 0,
      }
    }),
  }
}

function parseJson(line: string, where: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>
  } catch (cause) {
    throw new InputError(`${where} is not JSON: ${line.slice(0, 60)}`, { cause })
  }
}

function tokenIds(value: unknown, where: string, vocabSize: number): number[] {
  const fits = (id: unknown) => Number.isInteger(id) && (id as number) >= 0 && (id as number) < vocabSize
  if (!Array.isArray(value) || value.length === 0 || !value.every(fits)) {
    throw new InputError(`${where}: a non-empty list of token ids below ${vocabSize} is needed`)
  }
  return value as number[]
}

function numbers(value: unknown, where: string, length: number): number[] | null {
  if (value === null) return null
  if (Array.isArray(value) && value.length === length && value.every(Number.isFinite)) return value as number[]
  throw new InputError(
    `${where}: found ${Array.isArray(value) ? `${value.length} entries` : typeof value}; ${length} numbers or null are needed`,
  )
}
