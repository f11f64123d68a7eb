import type { MessagesExample } from './MessagesExample.js'
import type { QuestionExample } from './QuestionExample.js'
import type { TokensExample } from './TokensExample.js'
import type { PairExample } from './PairExample.js'
import type { TextExample } from './TextExample.js'

export type Example = QuestionExample | MessagesExample | TokensExample | PairExample | TextExample
