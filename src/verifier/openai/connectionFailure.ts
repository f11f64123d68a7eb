import type { Attempt } from './readReply.js'

/** Node's and OpenSSL's words for a certificate that cannot be trusted: no other try will help. */
const untrusted =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_\w+|ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/

/** What came of a try that got no whole response, in words. */
export function connectionFailure({
  message,
  code = '',
}: NodeJS.ErrnoException): Extract<Attempt, { failure: string }> {
  if (message.startsWith('no answer')) return { failure: message, passing: true }
  if (!untrusted.test(code)) return { failure: `the connection failed (${message || code})`, passing: true }
  return {
    failure:
      `the endpoint's certificate is not trusted (${message}); where it is your own, ` +
      'name the file of its authority:  export NODE_EXTRA_CA_CERTS=ca.pem',
    passing: false,
  }
}
