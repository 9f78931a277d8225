/** What everybody who keeps a document of an issuer is told (RFC 9111 §5.2.2). */
export function formatCacheControl(maxAgeSeconds: number): string {
  return `public, max-age=${maxAgeSeconds}, must-revalidate`
}
