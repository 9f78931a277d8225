/** The only source of randomness; cryptographically strong in production. */
export interface RandomSource {
  /** `count` random bytes. */
  bytes(count: number): Uint8Array
  /** A random UUIDv4 in lower case (RFC 9562 §5.4). */
  uuid(): string
}
