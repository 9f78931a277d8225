import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isAccountId, parsePrincipal } from './principal.ts'

describe('parsePrincipal', () => {
  it.each([
    ['arn:aws:iam::123456789012:role/deployer', 'aws', 'role', '/', 'deployer'],
    ['arn:aws:iam::123456789012:role/a/b/deployer', 'aws', 'role', '/a/b/', 'deployer'],
    ['arn:aws:iam::123456789012:user/org-access/u1', 'aws', 'user', '/org-access/', 'u1'],
    ['arn:aws-cn:iam::123456789012:user/u', 'aws-cn', 'user', '/', 'u'],
    ['arn:aws-us-gov:iam::123456789012:role/r', 'aws-us-gov', 'role', '/', 'r'],
    ['arn:aws:iam::123456789012:root', 'aws', 'root', '/', ''],
    ['arn:aws:iam::123456789012:role/a:b/role', 'aws', 'role', '/a:b/', 'role'],
    ['arn:aws:iam::123456789012:role/user/x', 'aws', 'role', '/user/', 'x'],
    [
      `arn:aws:iam::123456789012:role/${'p'.repeat(510)}/n`,
      'aws',
      'role',
      `/${'p'.repeat(510)}/`,
      'n',
    ],
    [`arn:aws:iam::123456789012:role/${'n'.repeat(128)}`, 'aws', 'role', '/', 'n'.repeat(128)],
    ['arn:aws:iam::123456789012:user/w+=,.@-_', 'aws', 'user', '/', 'w+=,.@-_'],
  ])('%s', (arn, partition, type, path, name) => {
    expect(parsePrincipal(arn)).toEqual({
      arn,
      partition,
      account: '123456789012',
      type,
      path,
      name,
    })
  })

  it.each([
    '',
    'deployer',
    'arn:aws:sts::123456789012:assumed-role/deployer/session',
    'arn:aws:sts::123456789012:federated-user/someone',
    'arn:aws:iam::123456789012:group/admins',
    'arn:aws:iam::123456789012:role',
    'arn:aws:iam::123456789012:role/',
    'arn:aws:iam::123456789012:role/path/',
    'arn:aws:iam::123456789012:role//',
    'arn:aws:iam::123456789012:roles/x',
    'arn:aws:iam::123456789012:root/x',
    'arn:aws:iam::123456789012:',
    'arn:aws:iam::12345678901:role/x',
    'arn:aws:iam::1234567890123:role/x',
    'arn:aws:iam:us-east-1:123456789012:role/x',
    'arn:gcp:iam::123456789012:role/x',
    'arn:aws-:iam::123456789012:role/x',
    'arn::iam::123456789012:role/x',
    'ARN:aws:iam::123456789012:role/x',
    ' arn:aws:iam::123456789012:role/x',
    'arn:aws:iam::123456789012:role/x ',
    'arn:aws:iam::123456789012:role/x\n',
    'arn:aws:iam::123456789012:role/a b/x',
    'arn:aws:iam::123456789012:role/é/x',
    'arn:aws:iam::123456789012:role/x*',
    'arn:aws:iam::١٢٣٤٥٦٧٨٩٠١٢:role/x',
    `arn:aws:iam::123456789012:role/${'p'.repeat(511)}/n`,
    `arn:aws:iam::123456789012:role/${'n'.repeat(129)}`,
  ])('refuses %j', arn => {
    expect(parsePrincipal(arn)).toBeNull()
  })

  it('takes an ARN apart without losing anything', () => {
    const segment = fc.stringMatching(/^[\w+=,.@-]{1,20}$/)
    fc.assert(
      fc.property(
        fc.constantFrom('role', 'user'),
        fc.array(segment, { maxLength: 5 }),
        segment,
        (type, folders, name) => {
          const path = ['', ...folders, ''].join('/')
          const arn = `arn:aws:iam::000000000001:${type}${path === '' ? '/' : path}${name}`
          const principal = parsePrincipal(arn)
          expect(principal).toMatchObject({ type, name, account: '000000000001' })
          expect(`arn:aws:iam::000000000001:${type}${principal?.path}${principal?.name}`).toBe(arn)
        },
      ),
    )
  })
})

describe('isAccountId', () => {
  it.each([
    ['000000000000', true],
    ['12345678901', false],
    ['1234567890123', false],
    ['12345678901a', false],
    ['123456789012\n', false],
    [123456789012, false],
    [undefined, false],
  ])('%j: %s', (value, is) => {
    expect(isAccountId(value)).toBe(is)
  })
})
