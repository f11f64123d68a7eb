import { z } from 'zod'

/** A path or URL: `${env:NAME}` in it is replaced (the keys that take it: expandEnvironment.ts). */
export const pathString = () => z.string().min(1, { error: 'a path or URL may not be empty' })
