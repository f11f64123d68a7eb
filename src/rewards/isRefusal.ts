const refusals = [
  /\bi(?:'m| am) (?:sorry|afraid)\b.{0,40}\b(?:can(?:no|')t|can not|unable|won't|not able)\b/,
  /\bi (?:can(?:no|')t|can not|won't|will not|am (?:unable|not able) to) (?:help|assist|provide|answer|comply|give|do that|support|advise|share|discuss)\b/,
  /\bi(?:'m| am) (?:unable|not able) to (?:help|assist|provide|answer|comply|give|advise|share|discuss)\b/,
  /\bas an ai\b.{0,60}\b(?:can(?:no|')t|can not|unable|not able)\b/,
  /\bi must (?:decline|refuse)\b/,
  /(?:抱歉|对不起).{0,20}(?:无法|不能)|(?:我|本人)(?:无法|不能)(?:提供|回答|协助|帮助|满足)/,
]

/** A refusal comes at once; what stands further on is part of an answer. */
const beginning = 300

/** Whether a text declines to answer, in English or Chinese. What is in `<think>` is no answer. */
export function isRefusal(text: string): boolean {
  const spoken = text.slice(text.lastIndexOf('</think>') + 1).slice(0, beginning + 20)
  const start = spoken.replace(/[\u2018\u2019]/g, "'").toLowerCase()
  return refusals.some((pattern) => pattern.test(start))
}
