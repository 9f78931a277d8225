import { isIPv4 } from 'node:net'

/** Whether a name or an address, as a listener or a URL has it, is that of this machine alone. */
export function isLoopbackHost(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1')
  return name === 'localhost' || isLoopbackAddress(name)
}

/** Whether an IP address is a loopback one (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3). */
export function isLoopbackAddress(address: string): boolean {
  const ip = address.replace(/^::ffff:/i, '')
  return ip === '::1' || (isIPv4(ip) && ip.startsWith('127.'))
}

const LOCAL_HOSTNAME = /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\])$/

/** Whether the host of a URL is this machine: loopback, `localhost`, and names below it (RFC 6761 §6.3). */
export function isLocalHostname(hostname: string): boolean {
  return LOCAL_HOSTNAME.test(hostname)
}
