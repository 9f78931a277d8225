import { createReadStream } from 'node:fs'

const LINE_FEED = 0x0a

/**
 * The lines of a file one after the other, without reading it whole. Lines of more than `maxLineBytes`
 * are left out, so that memory is bounded whatever the file holds. Rejects when it can't be read.
 */
export async function* readLines(path: string, maxLineBytes: number): AsyncGenerator<Buffer> {
  let begun: Buffer[] = []
  let begunBytes = 0
  for await (const chunk of createReadStream(path)) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('a file was read as text')
    let from = 0
    for (let to = chunk.indexOf(LINE_FEED); to >= 0; to = chunk.indexOf(LINE_FEED, from)) {
      begunBytes += to - from
      if (begunBytes <= maxLineBytes) yield Buffer.concat([...begun, chunk.subarray(from, to)])
      begun = []
      begunBytes = 0
      from = to + 1
    }
    begunBytes += chunk.length - from
    if (begunBytes > maxLineBytes) begun = []
    else if (from < chunk.length) begun.push(chunk.subarray(from))
  }
  if (begunBytes > 0 && begunBytes <= maxLineBytes) yield Buffer.concat(begun)
}
