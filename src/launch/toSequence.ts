import type { Example } from '../data/Example.js'
import type { TextExample } from '../data/TextExample.js'
import { renderPair } from '../data/renderPair.js'
import type { LabelledSequence } from '../sft/LabelledSequence.js'
import type { Tokenizer } from '../tokenizer/Tokenizer.js'

type OtherExample = Exclude<Example, { kind: 'question' }>

/** An example that is no question as tokens and labels; only `tokens` examples do without a tokenizer. */
export function toSequence(example: OtherExample, tokenizer: Tokenizer | null): LabelledSequence {
  if (example.kind === 'tokens') return { tokens: example.inputIds, labels: example.labels }
  if (!tokenizer) throw new Error(`example ${example.id} needs a tokenizer`)
  switch (example.kind) {
    case 'messages': {
      const { ids, assistantMask } = tokenizer.encodeChat(example.messages, { addGenerationPrompt: false })
      return { tokens: ids, labels: ids.map((id, i) => (assistantMask[i] ? id : -100)) }
    }
    case 'pair': {
      const { prompt, yes, no } = renderPair(example.gold, example.answer)
      const given = tokenizer.encode(prompt)
      const verdict = tokenizer.encode(example.equivalent ? yes : no)
      return { tokens: [...given, ...verdict], labels: [...given.map(() => -100), ...verdict] }
    }
    case 'text':
      return textSequence(example, tokenizer)
  }
}

function textSequence({ text, learned }: TextExample, tokenizer: Tokenizer): LabelledSequence {
  if (learned === undefined) {
    const end = tokenizer.eosTokenIds[0]
    const tokens = [...tokenizer.encode(text), ...(end === undefined ? [] : [end])]
    return { tokens, labels: tokens }
  }
  const { ids, mask } = tokenizer.encodeSpans(text, learned)
  return { tokens: ids, labels: ids.map((id, i) => (mask[i] === 1 ? id : -100)) }
}
