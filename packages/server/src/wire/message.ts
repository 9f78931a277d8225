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

/** A request of the wire while it is answered. */
export interface ReceivedRequest extends WireRequest {
  /** Forgets the body, so that its memory is free for others. From then on the body is empty. */
  dropBody(): void
}

/** The answer to a request. `body` is empty for bare answers. */
export interface WireResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
