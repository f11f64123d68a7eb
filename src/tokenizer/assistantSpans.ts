import type { ChatMessage } from '../lib/ChatMessage.js'
import type { ChatTemplate } from './ChatTemplate.js'
import type { TextSpan } from './TextSpan.js'
import { TokenizerError } from './TokenizerError.js'

/**
 * What the assistant wrote in a rendered conversation, a span a turn: its text and end-of-turn token, without its header
 * and without the white space after.
 *
 * By the template's generation marks where it has them. Else turn i begins where the conversation before it, rendered with a
 * generation prompt, stops agreeing with the whole one, and ends with the first end-of-turn token after its text. (Comparing
 * with the whole text copes with templates that write the last turn otherwise than earlier ones, as Qwen3's do with thoughts.)
 *
 * @param endOfTurn the token an assistant's turn ends with; null where the template has none: the span is the text alone
 * @throws TokenizerError where an earlier part of the conversation is written otherwise once more follows
 */
export function assistantSpans(
  template: ChatTemplate,
  messages: readonly ChatMessage[],
  options: { addGenerationPrompt: boolean },
  endOfTurn: string | null,
): TextSpan[] {
  const { text, generated } = template.render(messages, options)
  if (template.marksGeneration) return generated
  const spans: TextSpan[] = []
  for (const [turn, message] of messages.entries()) {
    if (message.role !== 'assistant') continue
    const start = turnStart(template, messages, turn, text)
    spans.push([start, turnEnd(template, message, turn, text, start, endOfTurn)])
  }
  return spans
}

function turnStart(template: ChatTemplate, messages: readonly ChatMessage[], turn: number, text: string): number {
  const before = messages.slice(0, turn)
  const bare = turn === 0 ? '' : template.render(before, { addGenerationPrompt: false }).text
  const header = turnHeader(template, before, bare)
  const shared = sharedLength(header, text)
  if (text.startsWith(bare) && (shared > bare.length || header === bare)) return shared
  throw notPrefixStable(
    template,
    `before turn ${turn} it writes ${JSON.stringify(header.slice(shared, shared + 30))} when the conversation stops there, ` +
      `but ${JSON.stringify(text.slice(shared, shared + 30))} when it goes on`,
  )
}

/** The conversation up to where the assistant's text begins: by the generation prompt, or where the template has none by a trial answer. */
function turnHeader(template: ChatTemplate, before: readonly ChatMessage[], bare: string): string {
  const prompt = before.length === 0 ? bare : template.render(before, { addGenerationPrompt: true }).text
  if (prompt !== bare) return prompt
  const answer = 'fintune-answer'
  const tried = template.render([...before, { role: 'assistant', content: answer }], {
    addGenerationPrompt: false,
  }).text
  const at = tried.lastIndexOf(answer)
  return at < 0 ? bare : tried.slice(0, at)
}

function turnEnd(
  template: ChatTemplate,
  message: ChatMessage,
  turn: number,
  text: string,
  start: number,
  endOfTurn: string | null,
): number {
  // Some templates trim the text, some cut thoughts out of it: then the first end of turn is the only hint, and a good one.
  const content = message.content.trim()
  const at = text.indexOf(content, start)
  const contentEnd = at < 0 ? start : at + content.length
  if (endOfTurn === null) {
    if (at >= 0) return contentEnd
    throw notPrefixStable(template, `the text of turn ${turn} does not come back as it was given, and no token ends it`)
  }
  const end = text.indexOf(endOfTurn, contentEnd)
  if (end < 0) throw notPrefixStable(template, `turn ${turn} does not end with ${endOfTurn} as other turns do`)
  return end + endOfTurn.length
}

function sharedLength(a: string, b: string): number {
  const bound = Math.min(a.length, b.length)
  let length = 0
  while (length < bound && a[length] === b[length]) length++
  return length
}

function notPrefixStable(template: ChatTemplate, problem: string): TokenizerError {
  return new TokenizerError(
    template.path,
    `the chat template does not let the assistant's part be found: ${problem}. ` +
      'Mark it in the template, "{% generation %}{{ message.content }}<end of turn>{% endgeneration %}" round what the assistant ' +
      'writes (save it as chat_template.jinja in the model directory), or train on data of type tokens with labels of your own.',
  )
}
