/**
 * Which state of which store a published document shows. `counter` is the number of a change that the
 * document shows at least; `epoch` tells apart stores that have taken one another's place.
 */
export interface Stamp {
  readonly epoch: number
  readonly counter: number
}

/** A published document taken apart. */
export interface StampedDocument {
  /** The document as this server answers with it; null for what Credence has not written. */
  readonly json: string | null
  readonly stamp: Stamp | null
}

const MEMBER = 'credence_version'
const STAMPED = new RegExp(`^([\\s\\S]*),"${MEMBER}":"(\\d{1,15})\\.(\\d{1,15})"\\}$`)

/**
 * The bytes of a document with its stamp as the last member. It stands in the document itself, so that no
 * target has to keep anything else, and both are written at once. Verifiers ignore it (RFC 7517 §5,
 * OpenID Connect Discovery 1.0 §3).
 *
 * @param json a JSON object that is not empty
 */
export function stampDocument(json: string, { epoch, counter }: Stamp): Uint8Array {
  return Buffer.from(`${json.slice(0, -1)},"${MEMBER}":"${epoch}.${counter}"}`)
}

/** Takes the stamp off again. */
export function readStampedDocument(bytes: Uint8Array): StampedDocument {
  const [, start, epoch, counter] = STAMPED.exec(Buffer.from(bytes).toString()) ?? []
  if (start === undefined) return { json: null, stamp: null }
  return { json: `${start}}`, stamp: { epoch: Number(epoch), counter: Number(counter) } }
}

/** Whether a document shows a later state than another one. */
export function isLaterStamp(stamp: Stamp, other: Stamp): boolean {
  return stamp.epoch === other.epoch ? stamp.counter > other.counter : stamp.epoch > other.epoch
}
