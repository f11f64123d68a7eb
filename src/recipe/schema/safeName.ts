import { z } from 'zod'

/** A name that also serves in file names: letters, digits, `_` and `-`, and dots where allowed, not starting with a sign. */
export const safeName = (options: { dots: boolean }) =>
  z.string().regex(options.dots ? /^[A-Za-z0-9][A-Za-z0-9._-]*$/ : /^[A-Za-z0-9][A-Za-z0-9_-]*$/, {
    error: `names take letters, digits, ${options.dots ? '".", ' : ''}"_" and "-", and start with a letter or digit`,
  })
