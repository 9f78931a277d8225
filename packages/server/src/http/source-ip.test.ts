import { expect, test } from 'vitest'
import { formatSourceIp } from './source-ip.ts'

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::FFFF:192.0.2.7', '192.0.2.7'],
  ['2001:db8::1', '2001:db8::1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['::1', '::1'],
])('%s → %s', (remoteAddress, expected) => {
  expect(formatSourceIp(remoteAddress)).toBe(expected)
})
