import type { Reward } from './Reward.js'

export type Language = 'en' | 'zh'

/**
 * Language consistency (DeepSeek-R1 §2.3.2): the share of the completion's words that are in the wanted language. A Han
 * character counts as a word, and so does a run of Latin letters; figures, signs and tags count for nobody. 1 where
 * there are no words at all.
 *
 * @param language `prompt`: the language that most of the prompt's words are in
 */
export function languageReward({ language }: { readonly language: Language | 'prompt' }): Reward {
  return {
    name: 'language',
    best: null,
    score: async (inputs) =>
      inputs.map(({ prompt, completion }) => {
        const wanted = language === 'prompt' ? mainLanguage(prompt) : language
        const counts = countWords(completion)
        const total = counts.en + counts.zh + counts.other
        return { value: total === 0 ? 1 : counts[wanted] / total }
      }),
  }
}

function mainLanguage(text: string): Language {
  const { en, zh } = countWords(text)
  return zh > en ? 'zh' : 'en'
}

function countWords(text: string): Record<Language | 'other', number> {
  const plain = text.replace(/<\/?(?:think|answer)>/g, ' ')
  const count = (pattern: RegExp) => plain.match(pattern)?.length ?? 0
  return {
    en: count(/\p{Script=Latin}+/gu),
    zh: count(/\p{Script=Han}/gu),
    other: count(/(?:(?![\p{Script=Latin}\p{Script=Han}])\p{L})+/gu),
  }
}
