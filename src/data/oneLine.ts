/** An answer as the embedded verifier reads it: NFKC, lower case, one space for any run of white space, no thousands separators. */
export function oneLine(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .split(/[\s\p{C}]+/u)
    .filter((part) => part !== '')
    .join(' ')
    .replace(/(?<=\d),(?=\d{3}(?!\d))/g, '')
}
