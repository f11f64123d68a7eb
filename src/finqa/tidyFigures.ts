/** `-32 ( 32 )` and `14% ( 14 % )`: FinQA's tokenisation writes a figure twice; once is enough for a reader. */
const TWICE = /(-?)(\d[\d.,]*)( ?%)? \( \2 ?%? \)/g

/** Text without figures written twice. */
export function tidyFigures(text: string): string {
  return text.replace(TWICE, '$1$2$3')
}
