/**
 * An upload in two parts: what is true of the object as JSON, then its bytes (Google Cloud Storage JSON
 * API: multipart upload; RFC 2387). The boundary must not occur in them.
 */
export function formatMultipart(
  facts: object,
  content: { readonly bytes: Uint8Array; readonly contentType: string },
  boundary: string,
): Uint8Array {
  const start = (contentType: string) => `--${boundary}\r\ncontent-type: ${contentType}\r\n\r\n`
  return Buffer.concat([
    Buffer.from(`${start('application/json; charset=UTF-8')}${JSON.stringify(facts)}\r\n`),
    Buffer.from(start(content.contentType)),
    content.bytes,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ])
}
