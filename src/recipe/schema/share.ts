import { z } from 'zod'

/** A share between 0 and 1. */
export const share = () => z.number().min(0).max(1)
