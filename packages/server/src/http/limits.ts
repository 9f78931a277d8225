/** How much of the server one client may take, and all clients together. */
export interface HttpLimits {
  /**
   * Largest request line and headers together, counted as `Name: value` lines. A query may fill all
   * but 514 bytes of it: with the default, 15,870 bytes (aws-wire §1.5).
   */
  readonly maxHeadBytes: number
  readonly maxBodyBytes: number
  /**
   * Bytes that unfinished small bodies may hold together. Beyond that, the oldest of them are dropped.
   */
  readonly maxUnfinishedBytes: number
  /**
   * How many bytes requests may hold together while they wait for the answer to an earlier one of their
   * connection.
   */
  readonly maxQueuedBytes: number
  /** Time to send the head. At most `requestTimeoutMs`. */
  readonly headersTimeoutMs: number
  /** Time to send a whole request, and the longest that a client may take nothing of its answer. */
  readonly requestTimeoutMs: number
  /** How long an idle connection stays open after an answer. */
  readonly keepAliveTimeoutMs: number
  /** Further connections are closed at once. */
  readonly maxConnections: number
  /** The largest number of API calls worked on at one time. Further ones are refused at once. */
  readonly maxRequestsInFlight: number
  /**
   * About how long a call may take under overload. When calls would take longer, fewer are worked on at
   * one time.
   */
  readonly maxWaitMs: number
}

/** The limits of a server when nothing else is configured. */
export const DEFAULT_HTTP_LIMITS: HttpLimits = {
  maxHeadBytes: 16_384,
  maxBodyBytes: 10_000_000,
  maxUnfinishedBytes: 67_108_864,
  maxQueuedBytes: 67_108_864,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 65_000,
  maxConnections: 10_000,
  maxRequestsInFlight: 1000,
  maxWaitMs: 500,
}
