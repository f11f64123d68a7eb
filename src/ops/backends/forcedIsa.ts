import { InputError } from '../../lib/InputError.js'

const allowed = ['portable', 'avx2', 'avx512', 'avx512_bf16', 'amx']

/**
 * The kernel path that FINTUNE_ISA forces, '' where it is not set.
 * @throws InputError for a name that is none
 */
export function forcedIsa(): string {
  const wanted = process.env.FINTUNE_ISA ?? ''
  if (wanted === '' || allowed.includes(wanted)) return wanted
  throw new InputError(`FINTUNE_ISA: found "${wanted}"; allowed are ${allowed.join(', ')}`)
}
