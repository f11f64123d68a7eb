import { makeSequenceLayout } from '../../ops/makeSequenceLayout.js'
import type { SequenceLayout } from '../../ops/SequenceLayout.js'
import type { TrainGroup } from '../Engine.js'
import { completionLabels } from './completionLabels.js'

/** Groups laid out for one pass through the model. */
export interface LaidGroups {
  /** [layout.tokens] */
  readonly tokens: Int32Array
  readonly layout: SequenceLayout
  /** The row whose hidden state predicts each label, [labels]. */
  readonly rows: Int32Array
  readonly labels: Int32Array
  /** Where each completion's tokens have their label in `labels`, −1: none. [groups][completions][tokens] */
  readonly slots: readonly (readonly Int32Array[])[]
}

/**
 * Lays every group's prompt once and its completions after it. A completion's first token is predicted by the prompt's
 * last row, the others by the row before them; what follows the last label is left out, since nothing reads it.
 */
export function layTrainGroups(groups: readonly TrainGroup[]): LaidGroups {
  const segments: { length: number; prefix?: number }[] = []
  const tokens: number[] = []
  const rows: number[] = []
  const labels: number[] = []
  const addSegment = (part: readonly number[], prefix?: number): number => {
    const start = tokens.length
    for (const token of part) tokens.push(token)
    if (part.length > 0) segments.push({ length: part.length, prefix })
    return start
  }
  const slots = groups.map((group) => {
    const labelled = group.completions.map((completion) => completionLabels(group, completion))
    const needed = labelled.some((list) => list.some((label) => label >= 0))
    const hasPrompt = group.prompt.length > 0 && needed
    if (hasPrompt) addSegment(group.prompt)
    const promptSegment = hasPrompt ? segments.length - 1 : undefined
    const promptEnd = tokens.length - 1
    return group.completions.map((completion, c) => {
      const last = labelled[c].findLastIndex((label) => label >= 0)
      const start = addSegment(completion.tokens.slice(0, Math.max(0, last)), promptSegment)
      return Int32Array.from(labelled[c], (label, t) => {
        if (label < 0) return -1
        rows.push(t === 0 ? promptEnd : start + t - 1)
        return labels.push(label) - 1
      })
    })
  })
  return {
    tokens: Int32Array.from(tokens),
    layout: makeSequenceLayout(segments),
    rows: Int32Array.from(rows),
    labels: Int32Array.from(labels),
    slots,
  }
}
