/**
 * A peer's address as policies and the audit name it. An IPv4 client of an IPv6 socket has its IPv4
 * address. A link-local address has no zone, because a zone means something only on this machine.
 */
export function formatSourceIp(remoteAddress: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(remoteAddress)
  return mapped?.[1] ?? remoteAddress.replace(/%.*$/, '')
}
