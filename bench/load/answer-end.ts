/**
 * Where the first HTTP/1.1 answer of a received text ends; null while it is incomplete. Knows
 * `Content-Length` and chunked bodies without trailers, which is what the measured servers send
 * (RFC 9112 §6).
 */
export function findAnswerEnd(text: string): number | null {
  const headEnd = text.indexOf('\r\n\r\n')
  if (headEnd < 0) return null
  const head = text.slice(0, headEnd)
  const bodyStart = headEnd + 4
  if (/^transfer-encoding: *chunked/im.test(head)) return findLastChunkEnd(text, bodyStart)
  const end = bodyStart + Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0)
  return end <= text.length ? end : null
}

function findLastChunkEnd(text: string, bodyStart: number): number | null {
  let position = bodyStart
  for (;;) {
    const lineEnd = text.indexOf('\r\n', position)
    if (lineEnd < 0) return null
    const size = Number.parseInt(text.slice(position, lineEnd), 16)
    position = lineEnd + 2 + size + 2
    if (position > text.length) return null
    if (size === 0) return position
  }
}

/** Whether the server closes the connection after this answer (RFC 9112 §9.3). */
export function isLastResponse(answer: string): boolean {
  const head = answer.slice(0, answer.indexOf('\r\n\r\n'))
  return /^connection: *close/im.test(head) || head.startsWith('HTTP/1.0')
}
