import type { Example } from '../../data/Example.js'
import { renderExample } from '../../data/render/renderExample.js'
import type { RenderOptions } from '../../data/render/RenderOptions.js'

/** An example for people (`text`) and for machines (`value`). */
export function showExample(example: Example, options: RenderOptions): { value: unknown; text: string } {
  const title = `── ${example.id} `.padEnd(80, '─')
  switch (example.kind) {
    case 'question': {
      const { messages, target, gold } = renderExample(example, options)
      const prompt = messages.map(({ role, content }) => `[${role}]\n${content}`)
      const value = { id: example.id, messages, target, gold }
      return { value, text: [title, ...prompt, '[target]', target, '[gold]', gold.text].join('\n') }
    }
    case 'messages':
      return {
        value: example,
        text: [title, ...example.messages.map(({ role, content }) => `[${role}]\n${content}`)].join('\n'),
      }
    case 'text':
      return { value: example, text: `${title}\n${example.text}` }
    case 'pair': {
      const verdict = example.equivalent ? 'equivalent' : 'different'
      return {
        value: example,
        text: `${title}\n${example.category}: "${example.gold}" and "${example.answer}" are ${verdict}`,
      }
    }
    case 'tokens':
      return {
        value: example,
        text: `${title}\ninput_ids ${example.inputIds.join(' ')}\nlabels    ${example.labels.join(' ')}`,
      }
  }
}
