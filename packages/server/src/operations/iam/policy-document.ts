/**
 * The size of a policy as IAM's quotas count it: UTF-16 units without white space (AWS IAM User
 * Guide: IAM and AWS STS quotas).
 */
export function measurePolicy(document: string): number {
  return document.replace(/\s/gu, '').length
}

/** A policy as IAM sends it: percent-encoded but for RFC 3986's unreserved characters. */
export function encodePolicyDocument(document: string): string {
  return encodeURIComponent(document).replace(
    /[!'()*]/gu,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
