import { expect, it } from 'vitest'
import { formatSourceNetwork } from './source-network.ts'

it.each([
  ['192.0.2.7', '192.0.2.0/24'],
  ['192.0.2.255', '192.0.2.0/24'],
  ['10.1.2.3', '10.1.2.0/24'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
  ['2001:db8:1::6', '2001:db8:1::/48'],
  ['2001:db8::6', '2001:db8:0::/48'],
  ['2001::', '2001:0:0::/48'],
  ['::1', '0:0:0::/48'],
  ['::', '0:0:0::/48'],
  ['::1:2:3:4:5:6:7', '0:1:2::/48'],
])('%s is of the network %s', (address, network) => {
  expect(formatSourceNetwork(address)).toBe(network)
})
