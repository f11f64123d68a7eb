import { pythonText } from './pythonText.js'

/**
 * A program's literal or a table cell as the official scorers read it: commas are dropped; a plain float; else with a
 * percent sign a hundredth; else `const_X` is X and `const_m1` is −1.
 *
 * @returns the number, or undefined where the scorer calls it invalid
 */
export function parseFigure(text: string): number | undefined {
  const plain = text.replaceAll(',', '')
  const number = pythonText.float(plain)
  if (number !== undefined) return number
  if (plain.includes('%')) {
    const percent = pythonText.float(plain.replaceAll('%', ''))
    return percent === undefined ? undefined : percent / 100
  }
  if (!plain.includes('const')) return undefined
  const constant = plain.replaceAll('const_', '')
  return pythonText.float(constant === 'm1' ? '-1' : constant)
}
