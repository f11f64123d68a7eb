/** What a client did wrong, or what the server cannot do now: an HTTP status and OpenAI's error object. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly details: {
      /** The field it is about. */
      readonly param?: string
      readonly code?: string
      /** Further response headers, e.g. Retry-After. */
      readonly headers?: Readonly<Record<string, string>>
    } = {},
  ) {
    super(message)
  }

  /** The response's body. */
  toJSON(): { readonly error: Record<string, string | null> } {
    const { param = null, code = null } = this.details
    return { error: { message: this.message, type: typeOf(this.status), param, code } }
  }
}

function typeOf(status: number): string {
  if (status === 401) return 'authentication_error'
  if (status === 404) return 'not_found_error'
  if (status === 429) return 'rate_limit_error'
  return status >= 500 ? 'server_error' : 'invalid_request_error'
}
