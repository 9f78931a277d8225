import { expect, it } from 'vitest'
import { formatAccessKeyId, formatUniqueId, parseAccountId } from '../principals/identifiers.ts'
import { createMasterKey } from '../secrets/master-key.ts'
import { MasterKeyring } from '../secrets/master-keyring.ts'
import { Secret } from '../secrets/secret.ts'
import { createSessionCredentials } from './session-credentials.ts'
import { formatSessionRecord, parseSessionRecord, type SessionRecord } from './session-record.ts'
import { PLAIN_SESSION, ROLE_PRINCIPAL } from './test/session-samples.ts'

// Sessions outlive the program that made them. A change here is another version of the token's format.

const USER_PRINCIPAL = {
  kind: 'user',
  accountId: parseAccountId('123456789012'),
  userId: formatUniqueId('user', new Uint8Array(17).fill(8)),
  parentAccessKeyId: formatAccessKeyId('AKIA', new Uint8Array(16).fill(9)),
} as const

const ROOT_PRINCIPAL = {
  kind: 'root',
  accountId: parseAccountId('123456789012'),
  parentAccessKeyId: formatAccessKeyId('AKIA', new Uint8Array(16).fill(10)),
} as const

const FULL_SESSION = {
  ...PLAIN_SESSION,
  tags: [
    { key: 'team', value: 'größer' },
    { key: 'empty', value: '' },
  ],
  transitiveTagKeys: ['team'],
  sourceIdentity: 'ada',
  federatedProvider: 'arn:aws:iam::000123456789:oidc-provider/issuer.example.com',
  isChained: true,
  inlinePolicy: '{"Version":"2012-10-17","Statement":[]}',
  policyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
  computeContext: new Map([['lambda_function_arn', 'arn:aws:lambda:x']]),
}

/** Longer than what is worth compressing. Other versions of zlib may compress it in another way. */
const LONG_POLICY = JSON.stringify({ Version: '2012-10-17', Statement: Array(9).fill('Deny') })

type Kept = readonly [what: string, record: SessionRecord, token: string]

/** As the first releases wrote them, one value after the other. Nothing writes these any more. */
const FIRST: readonly Kept[] = [
  [
    'a role with nothing optional',
    { session: PLAIN_SESSION, principal: ROLE_PRINCIPAL },
    'CredenceST01Li8wMTIzNDU2Nzg5Ojs8PT4/QEFCQ0RFRkdISUpLTE3PdTt5Vt/TXEfzjlJWT4edy7fyyLg9y5rPxY+Z/tlni0TbMynZuXUTt9yn9SXFcrNMWzjLeClJXFQZqylG6g4Pzq/SgSoZ/cUkvt9QD1Vcgg23bfH/qoZaEfrnk66Ca8HiWl60tVogBnlu4ga1KJU=',
  ],
  [
    'a user',
    { session: { ...PLAIN_SESSION, kind: 'session-token', name: null }, principal: USER_PRINCIPAL },
    'CredenceST01Li8wMTIzNDU2Nzg5Ojs8PT4/QEFCQ0RFRkdISUpLTE3PdTt5Vt/TXEfzjlJWT4edy7fyyLg9y5rPxY+Z/tlnikTaMSrcvnAQutOg/C7FcqhHWznKeShIXVUYqihH6w8Oz67TlWpX1vEHmPGa5e7UeXN92ndxUfgQE/pnM19A2qKxv4bgx/9B4cP1rPIlFYqYXQFoA/iGfoXT3ZZkkZM=',
  ],
  [
    'root, as a federated user',
    { session: { ...PLAIN_SESSION, kind: 'federated-user' }, principal: ROOT_PRINCIPAL },
    'CredenceST01Li8wMTIzNDU2Nzg5Ojs8PT4/QEFCQ0RFRkdISUpLTE3PdTt5Vt/TXEfzjlJWT4edy7fyyLg9y5rPxY+Z/tlniUTaMSrcvnAQutOg/C7EcqpKWzvIeypKX1caqCpF6Q0MzaybgC5+6tkhtjtwXmYvB7nKXPmKL7JaEfrnk66Cr5fgYZs4jGUT4JB/FawZEQ==',
  ],
  [
    'everything that a session can have',
    { session: FULL_SESSION, principal: ROLE_PRINCIPAL },
    'CredenceST01Li8wMTIzNDU2Nzg5Ojs8PT4/QEFCQ0RFRkdISUpLTE3OdTt5Vt/TXEfzjlJWT4edy7fyyLg9y5rPxY+Z/tln6KjaMynYv3QRs9+jeqzERu3xbYTDN22NuFX0elgnr015mD3yU9vrUyHA9Pf8ig0XiiXe1bqMBizFSz59CfXSOV/xSlxBEoUNqKdB5t7vpiSevYlkd9Ajffyu5hLP5T8nCeIdhpHs9cTLekZpjlS4HNpm0q+qytIzB3MCiXWE6lR+9yEJdg8BSPaExhCk+6Yw+QV9/TBvcRtnK1/tJvmHB5UgFqf3oJCARl2Wu1sjv4bpWfmiCMltU/6BkggZclYdGP+aX3AmSlTsZG0YjWFnDqzuSqSOuLzySFfbS1gR0ZlyGI6VrKpq3nyWJsmfBA==',
  ],
  [
    'a long policy, compressed',
    {
      session: { ...PLAIN_SESSION, inlinePolicy: LONG_POLICY.repeat(4) },
      principal: ROLE_PRINCIPAL,
    },
    'CredenceST01Li8wMTIzNDU2Nzg5Ojs8PT4/QEFCQ0RFRkdISUpLTE3OdTt5Vt/TXEfzjlJWT4edy7fyyLg9y5rPxY+Z/tln6KjaMynYv3QRs9+jeqzERu3xbYTDN22NuFX0elgnr015mD3yU9vrUyHA9Lfwb5wbimMevIiTI4FlXjOtWmZCu97mkgrzppcIpupNiEMBIFmHPXtnEUZf6ou3cXF3mjDIyJYnq5G+sHGDHOcxVwrnrYgOuHuSWctR9w==',
  ],
]

/** Everything, and what a token said that the session was exchanged for. */
const EXCHANGED_SESSION = {
  ...FULL_SESSION,
  isChained: false,
  webIdentity: {
    subject: 'repo:acme/app:ref:refs/heads/main',
    audience: 'sts.amazonaws.com',
    authenticationMethods: ['pwd', 'mfa'],
  },
}

/** A session that acts for somebody, narrowed twice. */
const SERVING_SESSION = {
  ...PLAIN_SESSION,
  federatedProvider: FULL_SESSION.federatedProvider,
  scopeDownPolicies: ['{"a":1}', '{"b":2}'],
  identityContext: {
    origin: {
      subject: 'größe',
      subjectType: 'workload',
      issuer: 'issuer.example.com',
      federatedProvider: FULL_SESSION.federatedProvider,
    },
    claims: new Map([
      ['Strength', 'gold'],
      ['employee number', '7'],
    ]),
  },
} as const

/** Records of numbered fields. */
const CURRENT: readonly Kept[] = [
  [
    'a session that acts for somebody, narrowed twice',
    { session: SERVING_SESSION, principal: ROLE_PRINCIPAL },
    'CredenceST01Li8wMTIzNDU2Nzg5Ojs8PT4/QEFCQ0RFRkdISUpLTE3MdTt5Vt/TXEfzjlJWT4edy7fyyLg9y5rPxY+Z/tln6B6K4yjYu3YTsNyh+C9ng/V2FoL0xCEGuJBdDw2i6+Pev84G7SYXoa6XunkdeVRp/6i6tv/tTTsfaKxudmvU8h+IFBzs8JKkhmXRR+Qx8PnXNJu40nuA2Cm+NdFVgD6YqKaR05g4N7uJd0SGHUUnDewFQsk2z9w/MZ/3SVRyQBOJrezfZK8uoTnE47qGI8DOY4jhAqVGf/0QRg+G3uN6YX6lcciJHQzAyWbkLHwcnwj28AbbEDIQxIiX5nuubg==',
  ],
  [
    'a session that acts for a person of whom nothing else is said',
    {
      session: {
        ...PLAIN_SESSION,
        identityContext: {
          origin: {
            subject: 'a',
            subjectType: 'user',
            issuer: 'b',
            federatedProvider: 'c',
          },
          claims: new Map(),
        },
      },
      principal: ROLE_PRINCIPAL,
    },
    'CredenceST01Li8wMTIzNDU2Nzg5Ojs8PT4/QEFCQ0RFRkdISUpLTE3NdTt5Vt/TXEfzjlJWT4edy7fyyLg9y5rPxY+Z/tlniGzrDynYu3cVsd6l+yvoCvRCSD/CeClJXFQZqylG6g4Pzq/SyWMZnrBK1L6y2s3yVzAxEJ3K2QNuGvxnbmJG2qIuSktFd8oj4KD1DYzkQ71VphXnHmW4FgmozA==',
  ],
  [
    'a role with nothing optional',
    { session: PLAIN_SESSION, principal: ROLE_PRINCIPAL },
    'CredenceST01Li8wMTIzNDU2Nzg5Ojs8PT4/QEFCQ0RFRkdISUpLTE3NdTt5Vt/TXEfzjlJWT4edy7fyyLg9y5rPxY+Z/tlniGzrDynYu3cVsd6l+yvoCvRCSD/CeClJXFQZqylG6g4Pzq/SyWMZnrBK1L6y2s3yVzAxEJ3K2QNuGvxnbmJG2qLnFCxKuYww9PMBj06TygX/',
  ],
  [
    'a user',
    { session: { ...PLAIN_SESSION, kind: 'session-token', name: null }, principal: USER_PRINCIPAL },
    'CredenceST01Li8wMTIzNDU2Nzg5Ojs8PT4/QEFCQ0RFRkdISUpLTE3NdTt5Vt/TXEfzjlJWT4edy7fyyLg9y5rPxY+Z/tlniHHqDyjauHIStN2o9CzhAfRCUzTCeShIXVUYqihH6w8Oz67TyGII3vsEk/Ga5e7UeXN92ndxUfgQW7DikqyLbRaRs4iVQsBHYT45aEMReYmxPzZ67zLTpkdIuwchtw==',
  ],
  [
    'root, as a federated user',
    { session: { ...PLAIN_SESSION, kind: 'federated-user' }, principal: ROOT_PRINCIPAL },
    'CredenceST01Li8wMTIzNDU2Nzg5Ojs8PT4/QEFCQ0RFRkdISUpLTE3NdTt5Vt/TXEfzjlJWT4edy7fyyLg9y5rPxY+Z/tlniGvpDyjauHIStN2o9CzhAfVCUTnCeypKX1caqCpF6Q0MzazRyi4dnrdL19mlxsj6Oj+3MMz5qoZRF3oaX2ozX4eAUiyzPp/h+6YhBmdTZmE=',
  ],
  [
    'everything that a session can have',
    { session: EXCHANGED_SESSION, principal: ROLE_PRINCIPAL },
    'CredenceST01Li8wMTIzNDU2Nzg5Ojs8PT4/QEFCQ0RFRkdISUpLTE3MdTt5Vt/TXEfzjlJWT4edy7fyyLg9y5rPxY+Z/tln1gY2SRu5kzJ6X2Aa3y1YnbvBdKJeZao7VfwMlPNPlVe1/yn9nPPvXImKBpkg4k6Lj9A2IvZlvbVS09hPlagEchAoPW2XZAwws2jCWv2/kikXxJhzAeEZcylBK8pN11Wn7HJMQ8JG5ucAjDIK3dS87mQeyZqskpgA5/l6Kp3BjYNksBVWqytMOQ/mEctUuS43O0sovbO1ckOZJDRhSABi7A0zPQdruIFll+DSkanVLvT9A5YLLJDlYCfB9OgtSVA0gICprpg7a8mOSEZafCrxg43zK+HHBHCP4nqTzgG/DXPSrvfIOk5DeJ1CyYnACb8qzXaeBy1yzcbum/0Bjm9EI+tiRbpPOvO1aDDeM86gZ8lixlbr2fwhsNgyCvAcYblxgBGnPZOHrQa5f+6Xtg92eW4=',
  ],
  [
    'a token without methods',
    {
      session: {
        ...PLAIN_SESSION,
        federatedProvider: FULL_SESSION.federatedProvider,
        webIdentity: { subject: 's', audience: 'a', authenticationMethods: null },
      },
      principal: ROLE_PRINCIPAL,
    },
    'CredenceST01Li8wMTIzNDU2Nzg5Ojs8PT4/QEFCQ0RFRkdISUpLTE3NdTt5Vt/TXEfzjlJWT4edy7fyyLg9y5rPxY+Z/tlniGzrDynYu3cVsd6l+yvoCvRCSD/CeClJXFQZqylG6g4Pzq/SyWMZnrBK1L6y2s3yVzAxEJ3K2QNuGvxnbmJG2qIieXBFBKV7gLSGlptEeFSIog+eCi6l+4suFADJ7HUX2iEYSc+wphjnIIf+XxN+IZCh3vtli5gWRC8TfYu4QghWqJXATjy8irVCsWFqiTgktefTaPj2',
  ],
]

/** Credentials as with the kept master key, and with bytes that count from 0 for randomness. */
function createCredentials() {
  const masterKey = createMasterKey(
    Uint8Array.from({ length: 32 }, (_, at) => at),
    'a test',
  )
  let next = 0
  const bytes = (count: number) => Uint8Array.from({ length: count }, () => next++)
  const random = { bytes, uuid: () => crypto.randomUUID() }
  return createSessionCredentials({
    masterKeys: new MasterKeyring(masterKey, { nowMs: () => 0 }),
    random,
    maxCachedSessions: 1,
  })
}

const { accessKeyId, secretAccessKey } = createCredentials().issue(PLAIN_SESSION, ROLE_PRINCIPAL)

it.each([...FIRST, ...CURRENT])('a kept token opens: %s', (_, record, token) => {
  const opened = createCredentials().open(new Secret(token), accessKeyId, PLAIN_SESSION.issuedAtMs)
  const { secret, ...rest } = opened
  expect(rest).toEqual(record)
  expect(secret.reveal()).toBe(secretAccessKey.reveal())
})

it.each(CURRENT.filter(([, record]) => formatSessionRecord(record).length < 256))(
  'a new token is the same to the byte: %s',
  (_, { session, principal }, token) => {
    const { sessionToken } = createCredentials().issue(session, principal)
    expect(sessionToken.reveal()).toBe(token)
  },
)

it('a new padded token is the same to the byte', () => {
  const { sessionToken } = createCredentials().issue(PLAIN_SESSION, ROLE_PRINCIPAL, 400)
  expect(sessionToken.reveal()).toBe(
    'CredenceST01Li8wMTIzNDU2Nzg5Ojs8PT4/QEFCQ0RFRkdISUpLTE3LdTt5Vt/TXEfzjlJWT4edy7fyyLg9y5rPxY+Z/tlni9nrAxnoi0YnguqQzRzQM+EDGnCDMGEBFBxR42EOokZHhueagSscn7BN0rvQr6SeMzk3kD07G7JaEfrnk66Ca5YxQkokdstB4cP1rPIlFW6ykj+uOxyWz74YIzjw1hp+vkI1Ob3f0HGDRfXRNmANVPXT8J4d6vVmKEo9HuTVVw5X25ShTjw+Bz/OD9hkK+7nKUWqLkgmOgLvP9/7IPqHnubRBYgAZI7MywPOUDNU0P0YQ47CdbDgJJkjQTknTebH9cfOHEgX49EsmHEYqd7DwF8FxSHQdwuR0XNVpgB98EBJTD0i',
  )
  expect(
    createCredentials().open(sessionToken, accessKeyId, PLAIN_SESSION.issuedAtMs),
  ).toMatchObject({
    session: PLAIN_SESSION,
  })
})

it('a record with an unknown field is read, and refused when the field is critical', () => {
  const record = formatSessionRecord({ session: SERVING_SESSION, principal: ROLE_PRINCIPAL })
  const told = Buffer.concat([record, Buffer.of(16 * 2, 1, 0)])
  expect(parseSessionRecord(told).session).toEqual(SERVING_SESSION)
  const restricted = Buffer.concat([record, Buffer.of(16 * 2 + 1, 1, 0)])
  expect(() => parseSessionRecord(restricted)).toThrow('field 16 is critical and unknown')
})

it('a new record of a session that acts for somebody is the same to the byte', () => {
  const record = formatSessionRecord({ session: SERVING_SESSION, principal: ROLE_PRINCIPAL })
  expect(record.toString('base64')).toBe(
    'AyQADDAwMDEyMzQ1Njc4ORVBUk9BSEhISEhISEhISEhISEhISEgFAQAHBgVidWlsZAkGgKDxwrE0CwaA/czEsTQTOzphcm46YXdzOmlhbTo6MDAwMTIzNDU2Nzg5Om9pZGMtcHJvdmlkZXIvaXNzdWVyLmV4YW1wbGUuY29tHRECB3siYSI6MX0HeyJiIjoyfR94B2dyw7bDn2UCEmlzc3Vlci5leGFtcGxlLmNvbTphcm46YXdzOmlhbTo6MDAwMTIzNDU2Nzg5Om9pZGMtcHJvdmlkZXIvaXNzdWVyLmV4YW1wbGUuY29tAghTdHJlbmd0aARnb2xkD2VtcGxveWVlIG51bWJlcgE3',
  )
})

it('a new record is the same to the byte, with everything in it', () => {
  const record = { session: EXCHANGED_SESSION, principal: ROLE_PRINCIPAL }
  expect(formatSessionRecord(record).toString('base64')).toBe(
    'AyQADDAwMDEyMzQ1Njc4ORVBUk9BSEhISEhISEhISEhISEhISEgFAQAHBgVidWlsZAkGgKDxwrE0CwaA/czEsTQNFgIEdGVhbQhncsO2w59lcgVlbXB0eQAPBgEEdGVhbREEA2FkYRM7OmFybjphd3M6aWFtOjowMDAxMjM0NTY3ODk6b2lkYy1wcm92aWRlci9pc3N1ZXIuZXhhbXBsZS5jb20VPiFyZXBvOmFjbWUvYXBwOnJlZjpyZWZzL2hlYWRzL21haW4Rc3RzLmFtYXpvbmF3cy5jb20BAgNwd2QDbWZhGVEBJ3siVmVyc2lvbiI6IjIwMTItMTAtMTciLCJTdGF0ZW1lbnQiOltdfQEmYXJuOmF3czppYW06OmF3czpwb2xpY3kvUmVhZE9ubHlBY2Nlc3MbJgETbGFtYmRhX2Z1bmN0aW9uX2FybhBhcm46YXdzOmxhbWJkYTp4',
  )
})
