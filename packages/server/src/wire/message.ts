/** A request exactly as it came: nothing decoded, nothing merged, nothing reordered. */
export interface WireRequest {
  readonly method: string
  /** The request-target as received: path and query, still percent-encoded. */
  readonly target: string
  /** Names and values alternate, repeats kept, as in `IncomingMessage.rawHeaders`. */
  readonly rawHeaders: readonly string[]
  readonly body: Uint8Array
  /** The peer's IP address. */
  readonly sourceIp: string
  /** The connection is TLS. */
  readonly secureTransport: boolean
}

/** The answer to a request. `body` is empty for bare answers. */
export interface WireAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
