/**
 * The network that an address is taken to belong to: the first 24 bits of an IPv4 address, the first 48
 * of an IPv6 address. A sender that has many addresses has most of them in few networks.
 */
export function formatSourceNetwork(address: string): string {
  if (!address.includes(':')) return `${address.split('.').slice(0, 3).join('.')}.0/24`
  const [head = '', tail = ''] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  const after = tail === '' ? [] : tail.split(':')
  const between = Array<string>(Math.max(0, 8 - groups.length - after.length)).fill('0')
  const [first = '0', second = '0', third = '0'] = [...groups, ...between, ...after]
  return `${first}:${second}:${third}::/48`
}
