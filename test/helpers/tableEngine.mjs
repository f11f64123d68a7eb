// A whole engine in one file, as anybody may write one: `engine: {type: module, path: tableEngine.mjs}`. Its model is a
// table, the logits of the next token one of 64 rows, chosen by the token before; AdamW without its extras.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { lossOf } from '../../dist/index.js'

const rows = 64

/** @type {import('../../dist/index.js').EngineModule} */
export default ({ vocabSize: vocab, seed, options, maxLength = 512 }) => {
  const zeros = () => new Float64Array(rows * vocab)
  let policy = { table: zeros(), m: zeros(), v: zeros(), steps: 0 }
  let reference = null
  let gradient = zeros()

  const row = (table, token, temperature = 1) => {
    const start = (token % rows) * vocab
    const logits = table.subarray(start, start + vocab).map((logit) => logit / temperature)
    const most = logits.reduce((a, b) => Math.max(a, b))
    const sum = logits.reduce((total, logit) => total + Math.exp(logit - most), 0)
    return logits.map((logit) => logit - most - Math.log(sum))
  }
  /** Each completion token with the one before it and its label; place −1 where there is none to learn. */
  const places = ({ prompt }, { tokens, labels = tokens }) => {
    const all = [...prompt, ...tokens]
    return labels.map((label, t) => {
      const at = prompt.length + t - 1
      return { before: at < 0 || label < 0 ? -1 : all[at], label }
    })
  }
  const logprobsOf = (table, group) =>
    group.completions.map((completion) =>
      places(group, completion).map(({ before, label }) => (before < 0 ? 0 : row(table, before)[label])),
    )
  const pass = (groups, spec) => {
    const logprobs = groups.map((group) => logprobsOf(policy.table, group))
    const flat = groups.flatMap((group, g) =>
      group.completions.map((completion, c) => ({ group, completion, logprobs: logprobs[g][c] })),
    )
    const lossRows = flat.map(({ group, completion, logprobs }) => ({
      logprobs,
      mask: places(group, completion).map(({ before }) => Number(before >= 0)),
      old: completion.oldLogprobs ?? null,
      ref: completion.refLogprobs ?? null,
      sampler: completion.samplerLogprobs ?? null,
      advantage: completion.advantage ?? 0,
    }))
    const { loss, gradient: slopes, sums, minima, maxima } = lossOf(lossRows, spec)
    const lossTokens = lossRows.reduce((total, { mask }) => total + mask.reduce((a, b) => a + b, 0), 0)
    const tokens = flat.reduce(
      (total, { group, completion }) => total + group.prompt.length + completion.tokens.length,
      0,
    )
    return { stats: { loss, lossTokens, tokens, sums, minima, maxima, logprobs }, flat, slopes }
  }

  return {
    capabilities: () => ({
      type: 'table',
      backend: 'js',
      kernels: 'js',
      threads: 1,
      dtype: 'float64',
      maxLength,
      vocabSize: vocab,
      parameters: rows * vocab,
      trainableParameters: rows * vocab,
      memory: null,
    }),
    async sample(prompts, { numGenerations, maxTokens, temperature, stopTokenIds, seed: drawn, signal }) {
      signal?.throwIfAborted()
      return prompts.map(({ tokens, key }) =>
        Array.from({ length: numGenerations }, (_, n) => {
          let state = [...`${drawn} ${key.join(' ')} ${n}`].reduce(
            (hash, c) => Math.imul(hash ^ c.charCodeAt(0), 16777619),
            seed + 1,
          )
          const uniform = () => {
            state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9
            return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32
          }
          const made = { tokens: [], logprobs: [], finishReason: 'length' }
          let last = tokens.at(-1)
          while (made.tokens.length < maxTokens && !stopTokenIds.includes(last)) {
            const chances = row(policy.table, last, temperature || 1)
            let left = temperature === 0 ? -1 : uniform()
            const best = chances.indexOf(chances.reduce((a, b) => Math.max(a, b)))
            last =
              left < 0
                ? best
                : Math.max(
                    0,
                    chances.findIndex((logprob) => (left -= Math.exp(logprob)) < 0),
                  )
            made.tokens.push(last)
            made.logprobs.push(chances[last])
          }
          if (stopTokenIds.includes(last)) made.finishReason = 'stop'
          return made
        }),
      )
    },
    logprobs: async (sequences, { weights }) =>
      sequences.map((tokens) =>
        tokens.slice(1).map((token, t) => row(weights === 'policy' ? policy.table : reference, tokens[t])[token]),
      ),
    groupLogprobs: async (groups, { weights }) =>
      groups.map((group) => logprobsOf(weights === 'policy' ? policy.table : reference, group)),
    async forwardBackward(groups, spec) {
      const { stats, flat, slopes } = pass(groups, spec)
      flat.forEach(({ group, completion }, i) =>
        places(group, completion).forEach(({ before, label }, t) => {
          if (before < 0 || slopes[i][t] === 0) return
          row(policy.table, before).forEach((logprob, next) => {
            gradient[(before % rows) * vocab + next] += slopes[i][t] * (Number(next === label) - Math.exp(logprob))
          })
        }),
      )
      return stats
    },
    forward: async (groups, spec) => pass(groups, spec).stats,
    async optimStep({ learningRate, beta1, beta2, epsilon }) {
      policy.steps++
      const gradNorm = Math.sqrt(gradient.reduce((sum, value) => sum + value * value, 0))
      gradient.forEach((value, i) => {
        policy.m[i] = beta1 * policy.m[i] + (1 - beta1) * value
        policy.v[i] = beta2 * policy.v[i] + (1 - beta2) * value * value
        const m = policy.m[i] / (1 - beta1 ** policy.steps)
        policy.table[i] -=
          (options.speed * learningRate * m) / (Math.sqrt(policy.v[i] / (1 - beta2 ** policy.steps)) + epsilon)
      })
      gradient = zeros()
      return { gradNorm }
    },
    async dropGradients() {
      gradient = zeros()
    },
    async setReference() {
      reference = policy.table.slice()
    },
    async resetOptimizer() {
      policy = { table: policy.table, m: zeros(), v: zeros(), steps: 0 }
    },
    async syncSampler() {},
    async saveState(directory) {
      const { table, m, v, steps } = policy
      const arrays = { table, m, v, reference: reference ?? [] }
      const lists = Object.fromEntries(Object.entries(arrays).map(([name, values]) => [name, [...values]]))
      await writeFile(join(directory, 'table.json'), JSON.stringify({ ...lists, steps }))
    },
    async loadState(directory) {
      const { reference: frozen, steps, ...lists } = JSON.parse(await readFile(join(directory, 'table.json'), 'utf8'))
      const arrays = Object.fromEntries(
        Object.entries(lists).map(([name, values]) => [name, Float64Array.from(values)]),
      )
      policy = { ...arrays, steps }
      reference = frozen.length > 0 ? Float64Array.from(frozen) : null
    },
    saveWeights: async (directory) => writeFile(join(directory, 'table.json'), JSON.stringify([...policy.table])),
    parameterNorms: async () => ({}),
    async close() {},
  }
}
