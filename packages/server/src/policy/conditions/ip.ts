import { joinPieces } from '../variables.ts'
import { createOperator, type OperatorFamily } from './operator.ts'

/** An address as 16-bit groups: two for IPv4, eight for IPv6. */
export type IpAddress = readonly number[]

/** A network: the first `prefixLength` bits of `groups` count. */
interface IpNetwork {
  readonly groups: IpAddress
  readonly prefixLength: number
}

const IPV4_GROUPS = 2
const IPV6_GROUPS = 8
const GROUP_BITS = 16
const MAPPED_PREFIX = /^::ffff:(?=[\d.]+$)/i
const PREFIX_LENGTH = /^\+?0*(\d{1,3})$/

/** Reads the address of a request; one mapped into IPv6 (`::ffff:192.0.2.1`) is the IPv4 address. */
export function parseIpAddress(text: string): IpAddress | null {
  if (!text.includes(':')) return parseIpv4(text)
  if (MAPPED_PREFIX.test(text)) return parseIpv4(text.replace(MAPPED_PREFIX, ''))
  const groups = parseIpv6(text)
  return groups !== null && isMapped(groups) ? groups.slice(IPV6_GROUPS - IPV4_GROUPS) : groups
}

/**
 * Reads a network of a policy: an address, or an address and `/` with a prefix length. Host bits of an
 * IPv4 network are ignored; an IPv6 network with host bits, or with a dotted part, is malformed
 * (aws-wire §5.3: such a network never matches).
 */
function parseIpNetwork(text: string): IpNetwork | null {
  const [address = '', suffix, ...more] = text.split('/')
  const groups = address.includes(':') ? parseIpv6(address) : parseIpv4(address)
  if (groups === null || more.length > 0) return null
  const bits = groups.length * GROUP_BITS
  const prefixLength = suffix === undefined ? bits : parsePrefixLength(suffix)
  if (prefixLength === null || prefixLength > bits) return null
  const network = { groups, prefixLength }
  return groups.length === IPV6_GROUPS && hasHostBits(network) ? null : network
}

/** Whether the address lies in the network; never when one is IPv4 and the other IPv6. */
function isInNetwork(address: IpAddress, { groups, prefixLength }: IpNetwork): boolean {
  if (address.length !== groups.length) return false
  return groups.every(
    (group, index) => ((group ^ (address[index] ?? 0)) & groupMask(prefixLength, index)) === 0,
  )
}

function hasHostBits({ groups, prefixLength }: IpNetwork): boolean {
  return groups.some((group, index) => (group & ~groupMask(prefixLength, index)) !== 0)
}

/** The bits of one group that belong to the network. */
function groupMask(prefixLength: number, index: number): number {
  const bits = Math.min(Math.max(prefixLength - index * GROUP_BITS, 0), GROUP_BITS)
  return 0xffff & ~(0xffff >> bits)
}

function parsePrefixLength(text: string): number | null {
  const digits = PREFIX_LENGTH.exec(text)?.[1]
  return digits === undefined ? null : Number(digits)
}

/** Four decimal numbers; zeros in front are allowed and do not mean octal. */
function parseIpv4(text: string): IpAddress | null {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every(part => /^0*\d{1,3}$/.test(part))) return null
  const [a = 0, b = 0, c = 0, d = 0] = parts.map(Number)
  return Math.max(a, b, c, d) > 255 ? null : [a * 256 + b, c * 256 + d]
}

/** RFC 4291 §2.2 forms 1 and 2: eight hexadecimal groups, one run of zeros may be `::`. */
function parseIpv6(text: string): IpAddress | null {
  const [left = '', right, ...more] = text.split('::')
  if (more.length > 0) return null
  const head = parseGroups(left)
  const tail = parseGroups(right ?? '')
  if (head === null || tail === null) return null
  const missing = IPV6_GROUPS - head.length - tail.length
  if (right === undefined ? missing !== 0 : missing < 1) return null
  return [...head, ...Array<number>(missing).fill(0), ...tail]
}

function parseGroups(text: string): readonly number[] | null {
  if (text === '') return []
  const groups = text.split(':')
  if (!groups.every(group => /^[\da-f]{1,4}$/i.test(group))) return null
  return groups.map(group => Number.parseInt(group, 16))
}

function isMapped(groups: IpAddress): boolean {
  return groups[5] === 0xffff && groups.slice(0, 5).every(group => group === 0)
}

const ip: OperatorFamily<IpAddress, IpNetwork> = {
  acceptsVariables: false,
  sessionKeepsMalformed: true,
  expects: 'an IP address or a network in CIDR notation',
  parseValue: parseIpAddress,
  unreadableValue: 'unreadable',
  parseOperand: pieces => parseIpNetwork(joinPieces(pieces)),
  malformedOperand: 'unequal',
}

/** IP operators; a request value that is no address never matches, negated or not (aws-wire §5.3). */
export const IP_OPERATORS = {
  IpAddress: createOperator(ip, isInNetwork),
  NotIpAddress: createOperator(ip, isInNetwork, true),
} as const
