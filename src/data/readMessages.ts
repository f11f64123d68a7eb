import type { ChatMessage } from './ChatMessage.js'
import type { MessagesExample } from './MessagesExample.js'
import { parseExamples } from './parseExamples.js'
import { parseLines } from './parseLines.js'
import { EntryError, requireFields, show } from './readPageEntry.js'
import { readTextFile } from './readTextFile.js'

const ROLES = ['system', 'user', 'assistant', 'tool']

/**
 * Chats, one a line: {"messages": [{"role", "content"}, …]}, with at least one assistant turn to learn from.
 *
 * @throws DataError naming each bad line
 */
export async function readMessages(path: string): Promise<MessagesExample[]> {
  return parseExamples(path, parseLines(await readTextFile(path)), 'messages', (value, place) => {
    const { messages } = requireFields(value, 'line')
    if (!Array.isArray(messages) || messages.length === 0) throw new EntryError('messages', show(messages), 'a list')
    const read = messages.map((message, index) => readMessage(message, `messages[${index}]`))
    if (!read.some(({ role }) => role === 'assistant'))
      throw new EntryError('messages', 'no assistant turn', 'at least one turn of the assistant: it is what is learned')
    return { kind: 'messages', id: place, messages: read }
  })
}

function readMessage(value: unknown, key: string): ChatMessage {
  const { role, content } = requireFields(value, key)
  if (!ROLES.includes(role as string)) throw new EntryError(`${key}.role`, show(role), ROLES.join(', '))
  if (typeof content !== 'string') throw new EntryError(`${key}.content`, show(content), 'text')
  return { role: role as ChatMessage['role'], content }
}
