/**
 * The character that stands for each byte in a byte-level vocabulary, [256] (GPT-2's table): printable Latin-1 stands for
 * itself, the other bytes take U+0100, U+0101, … in order.
 */
export const byteSymbols: readonly string[] = (() => {
  const printable = (byte: number) =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff)
  let next = 0x100
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(printable(byte) ? byte : next++))
})()
