import { z } from 'zod'

/** A whole number of 1 or more: counts of steps, sequences, tokens. */
export const positiveInteger = () => z.int().min(1)
