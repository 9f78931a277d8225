import { readLines } from './read-lines.ts'
import { parseRecordedCall, type RecordedCall } from './recorded-call.ts'

/** Longer than any event: each of its three structures has at most 102,400 bytes. */
const MAX_LINE_BYTES = 4 * 1024 * 1024

/**
 * The call of a request id in an audit file; the last one, if it is there more than once. Null when
 * there is none. Reads the file once, in bounded memory. Rejects when it can't be read.
 */
export async function findRecordedCall(
  path: string,
  requestId: string,
): Promise<RecordedCall | null> {
  const mark = Buffer.from(`"${requestId}"`)
  let found: RecordedCall | null = null
  for await (const line of readLines(path, MAX_LINE_BYTES)) {
    // Most lines are of other calls: they need not be parsed.
    if (!line.includes(mark)) continue
    const call = parseRecordedCall(line.toString('utf8'))
    if (call?.requestID === requestId) found = call
  }
  return found
}
