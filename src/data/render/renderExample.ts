import type { ChatMessage } from '../ChatMessage.js'
import type { QuestionExample } from '../QuestionExample.js'
import type { PageLine } from './pageLines.js'
import type { RenderedExample } from './RenderedExample.js'
import type { CountTokens, RenderOptions } from './RenderOptions.js'
import { InputError } from '../../lib/InputError.js'
import { formatValue } from './formatValue.js'
import { leastUsefulFirst } from './leastUsefulFirst.js'
import { pageLines } from './pageLines.js'
import { promptMessages } from './promptMessages.js'
import { reasonProgram } from './reasonProgram.js'

/**
 * Renders a question: prompt, target and gold. Earlier turns of a conversation are messages of their own; their answers
 * are the gold ones in answer tags without reasoning, or `ownAnswers` as they stand (the model's own, oldest first).
 *
 * @param countTokens a prompt's length; only asked where the options set a budget
 * @throws InputError when a prompt is past the budget and onTooLong is `error`
 */
export function renderExample(
  example: QuestionExample,
  options: RenderOptions,
  countTokens?: CountTokens,
  ownAnswers?: readonly string[],
): RenderedExample {
  const answers = ownAnswers ?? example.history.map((turn) => `<answer>${answerText(turn, options.answer)}</answer>`)
  const render = (lines: readonly PageLine[]) => promptMessages(example, lines, answers, options)
  const lines = pageLines(example, options.context)
  const fitted = fit(example, lines, render, options, countTokens)
  const reasoning =
    options.reasoning.type === 'program' ? reasonProgram(example) : options.reasoning.traces.get(example.id)
  return {
    messages: fitted?.messages ?? render(lines),
    target: reasoning ? `<think>${reasoning}</think><answer>${answerText(example, options.answer)}</answer>` : '',
    gold: { text: formatValue(example.exeAns), exeAns: example.exeAns, program: example.program },
    trimmedSentences: fitted?.cut ?? 0,
    dropped: fitted === undefined,
  }
}

function answerText(turn: { program: string; exeAns: number | string }, answer: RenderOptions['answer']): string {
  return answer === 'program' ? turn.program : formatValue(turn.exeAns)
}

/** The prompt within its budget and how many lines were cut for it; undefined where it cannot be, or may not be cut. */
function fit(
  example: QuestionExample,
  lines: readonly PageLine[],
  render: (lines: readonly PageLine[]) => ChatMessage[],
  options: RenderOptions,
  countTokens?: CountTokens,
): { messages: ChatMessage[]; cut: number } | undefined {
  const budget = options.maxPromptTokens
  const messages = render(lines)
  if (budget === undefined || countTokens === undefined) return { messages, cut: 0 }
  let over = countTokens(messages) - budget
  if (over <= 0) return { messages, cut: 0 }
  if (options.onTooLong === 'error')
    throw new InputError(
      `${example.id}: its prompt has ${over + budget} tokens; maxPromptTokens is ${budget}. ` +
        'Raise it, or set prompt.onTooLong to trim or drop.',
    )
  if (options.onTooLong === 'drop') return undefined
  const order = leastUsefulFirst(lines, [...example.history.map((turn) => turn.question), example.question].join(' '))
  const bare = countTokens([{ role: 'user', content: '' }])
  const cut = new Set<number>()
  while (over > 0) {
    // Cut as many lines as their own lengths ask for, then count again: two counts instead of one a line.
    while (over > 0) {
      const index = order[cut.size]
      if (index === undefined) return undefined
      cut.add(index)
      over -= Math.max(1, countTokens([{ role: 'user', content: lines[index].text }]) - bare)
    }
    over = countTokens(render(lines.filter((_, index) => !cut.has(index)))) - budget
  }
  return { messages: render(lines.filter((_, index) => !cut.has(index))), cut: cut.size }
}
