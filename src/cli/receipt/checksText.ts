import type { ReceiptCheck } from '../../launch/receipt/ReceiptCheck.js'

const words = { same: 'same    ', differs: 'DIFFERS ', skipped: 'skipped ' }

/** A line a check, and what they come to. */
export function checksText(checks: readonly ReceiptCheck[]): string {
  const lines = checks.map(({ what, outcome, reason }) => {
    return `${words[outcome]} ${what}${reason === undefined ? '' : `: ${reason}`}`
  })
  const count = (wanted: ReceiptCheck['outcome']) => checks.filter(({ outcome }) => outcome === wanted).length
  return [...lines, `${count('same')} the same, ${count('differs')} differ, ${count('skipped')} skipped`].join('\n')
}
