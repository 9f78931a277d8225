import { BlockList, isIP } from 'node:net'

/** Ranges of IPv4 that are not on the public internet (IANA IPv4 Special-Purpose Address Registry). */
const SPECIAL_IPV4: readonly (readonly [address: string, bits: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
]

/** Ranges within 2000::/3 that belong to no host, or whose addresses stand for an IPv4 address. */
const SPECIAL_IPV6: readonly (readonly [address: string, bits: number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]

/** Where IPv6-only networks reach IPv4 hosts (RFC 6052 §2.1): as public as the address inside. */
const NAT64_PREFIX = '64:ff9b::'

const special = new BlockList()
const globalIpv6 = new BlockList()

for (const [address, bits] of SPECIAL_IPV4) {
  special.addSubnet(address, bits, 'ipv4')
  special.addSubnet(`${NAT64_PREFIX}${address}`, 96 + bits, 'ipv6')
}
for (const [address, bits] of SPECIAL_IPV6) special.addSubnet(address, bits, 'ipv6')
globalIpv6.addSubnet('2000::', 3, 'ipv6')
globalIpv6.addSubnet(NAT64_PREFIX, 96, 'ipv6')

/**
 * Whether an IP address belongs to a host on the public internet: not loopback, private, link-local,
 * multicast, reserved, nor an IPv4 address written as IPv6. Of IPv6 only what is known to be public.
 * Text that is no IP address is not public.
 */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !special.check(address, 'ipv4')
    case 6:
      return globalIpv6.check(address, 'ipv6') && !special.check(address, 'ipv6')
    default:
      return false
  }
}
