import { TokenizerError } from './TokenizerError.js'

/**
 * Throws where a tokenizer.json lacks what makes it one, or asks for a step that the library would carry out otherwise than
 * the format says (it reads such files without a word, and gives other ids).
 */
export function checkTokenizerJson(path: string, json: Readonly<Record<string, unknown>>): void {
  const model = json.model as { type?: unknown; vocab?: unknown; merges?: unknown } | null | undefined
  if (typeof model !== 'object' || model === null || typeof model.vocab !== 'object' || model.vocab === null) {
    const keys = Object.keys(json).slice(0, 8).join(', ') || 'no keys'
    throw new TokenizerError(path, `found ${keys}; a tokenizer.json has model.vocab. Fetch the file again.`)
  }
  if (model.type === 'BPE' && !Array.isArray(model.merges)) {
    throw new TokenizerError(path, `model.merges: found ${typeof model.merges}; a BPE model has a list of merges`)
  }
  if (!Array.isArray(model.vocab)) checkIds(path, model.vocab as Record<string, unknown>)
  checkAddedTokens(path, json.added_tokens)
  checkSplits(path, 'pre_tokenizer', json.pre_tokenizer)
}

function checkIds(path: string, vocab: Record<string, unknown>): void {
  for (const [token, id] of Object.entries(vocab)) {
    if (Number.isInteger(id) && (id as number) >= 0) continue
    throw new TokenizerError(
      path,
      `model.vocab[${JSON.stringify(token)}]: found ${JSON.stringify(id)}, expected an id of 0 or more`,
    )
  }
}

function checkAddedTokens(path: string, added: unknown): void {
  if (added === undefined || added === null) return
  if (!Array.isArray(added)) throw new TokenizerError(path, `added_tokens: found ${typeof added}, expected a list`)
  for (const [i, token] of (added as { id?: unknown; content?: unknown }[]).entries()) {
    if (Number.isInteger(token?.id) && typeof token?.content === 'string') continue
    throw new TokenizerError(path, `added_tokens[${i}]: found ${JSON.stringify(token)}, expected {id, content, …}`)
  }
}

function checkSplits(path: string, place: string, step: unknown): void {
  const { type, pretokenizers, behavior } = (step ?? {}) as {
    type?: string
    pretokenizers?: unknown[]
    behavior?: string
  }
  for (const [i, inner] of (pretokenizers ?? []).entries()) checkSplits(path, `${place}.pretokenizers[${i}]`, inner)
  if (type !== 'Split' || behavior === undefined || ['isolated', 'removed'].includes(behavior.toLowerCase())) return
  throw new TokenizerError(path, `${place}.behavior: found ${behavior}; allowed: Isolated, Removed`)
}
