/**
 * A peer's address as policies and the audit name it: an IPv4 client of an IPv6 socket by its IPv4
 * address, a link-local address without the zone, which means something on this machine alone.
 */
export function formatSourceIp(remoteAddress: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(remoteAddress)
  return mapped?.[1] ?? remoteAddress.replace(/%.*$/, '')
}
