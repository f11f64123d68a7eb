import type { ProgramValue } from '../../finqa/ProgramResult.js'
import type { ChatMessage } from '../ChatMessage.js'
import type { QuestionExample } from '../QuestionExample.js'
import type { RenderedExample } from './RenderedExample.js'
import type { CountTokens, RenderOptions } from './RenderOptions.js'
import { InputError } from '../../lib/InputError.js'
import { fitLines } from './fitLines.js'
import { formatValue } from './formatValue.js'
import { nameOperators } from './nameOperators.js'
import { pageLines, type PageLine } from './pageLines.js'
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
  const answers = ownAnswers ?? example.history.map((turn) => `<answer>${answerOf(turn, options.answer)}</answer>`)
  const render = (lines: readonly PageLine[]) => promptMessages(example, lines, answers, options)
  const { lines, cut, over } = fitPrompt(example, render, options, countTokens)
  return {
    messages: render(lines),
    target: renderTarget(example, options),
    gold: { text: formatValue(example.exeAns), exeAns: example.exeAns, program: example.program },
    trimmedSentences: cut,
    dropped: over,
  }
}

function renderTarget(example: QuestionExample, { reasoning, answer }: RenderOptions): string {
  const thought = thoughtOf(example, reasoning)
  return thought === undefined ? '' : `<think>${thought}</think><answer>${answerOf(example, answer)}</answer>`
}

function thoughtOf(example: QuestionExample, reasoning: RenderOptions['reasoning']): string | undefined {
  switch (reasoning.type) {
    case 'program':
      return reasonProgram(example, reasoning)
    case 'operators':
      return nameOperators(example.program)
    case 'field':
      return reasoning.traces.get(example.id)
  }
}

function answerOf(turn: { program: string; exeAns: ProgramValue | string }, answer: RenderOptions['answer']): string {
  return answer === 'program' ? turn.program : formatValue(turn.exeAns)
}

/** The page's lines that fit the budget; `over` where they do not and the example is to be left out. */
function fitPrompt(
  example: QuestionExample,
  render: (lines: readonly PageLine[]) => ChatMessage[],
  { context, table, maxPromptTokens: budget, onTooLong }: RenderOptions,
  countTokens?: CountTokens,
): { lines: readonly PageLine[]; cut: number; over: boolean } {
  const lines = pageLines(example, { context, table })
  if (budget === undefined || countTokens === undefined) return { lines, cut: 0, over: false }
  const whole = countTokens(render(lines))
  if (whole <= budget) return { lines, cut: 0, over: false }
  if (onTooLong === 'error')
    throw new InputError(
      `${example.id}: its prompt has ${whole} tokens; prompt.maxPromptTokens is ${budget}. ` +
        'Raise it, or set prompt.onTooLong to trim or drop.',
    )
  const question = [...example.history, example].map((turn) => turn.question).join(' ')
  const fitted = onTooLong === 'drop' ? undefined : fitLines({ lines, question, budget, render, countTokens })
  if (fitted === undefined) return { lines, cut: 0, over: true }
  return { lines: fitted, cut: lines.length - fitted.length, over: false }
}
