import { isIP } from 'node:net'

/** 64-bit halves of IPv6 addresses are given to single machines, 48 bits to sites. */
const IPV6_SITE_GROUPS = 3

/**
 * The network of an address, coarse enough to name no single machine: `192.0.2.0/24`,
 * `2001:db8:1::/48`. Empty for what is no address.
 */
export function formatNetworkPrefix(address: string): string {
  switch (isIP(address)) {
    case 4:
      return `${address.split('.').slice(0, 3).join('.')}.0/24`
    case 6:
      return formatIpv6Prefix(address)
    default:
      return ''
  }
}

function formatIpv6Prefix(address: string): string {
  const [head = '', tail = ''] = address.replace(/%.*$/, '').split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === '' ? [] : tail.split(':')
  // A dotted part at the end stands for two groups.
  const afterCount = after.length + (tail.includes('.') ? 1 : 0)
  const missing = Math.max(0, 8 - before.length - afterCount)
  const isShort = address.includes('::')
  const groups = [...before, ...Array(isShort ? missing : 0).fill('0'), ...after]
  const site = groups.slice(0, IPV6_SITE_GROUPS).map(group => Number.parseInt(group, 16))
  while (site.at(-1) === 0) site.pop()
  return `${site.map(group => group.toString(16)).join(':')}::/48`
}
