/**
 * Calls that must not compile. Each `@ts-expect-error` is itself an error as soon as the line below
 * it compiles, so the type check of the repository fails when a safety option can be forgotten.
 * `should-not-compile.test.ts` proves that this file is checked, and that the directive is what
 * makes it pass.
 */
import { fetch as undiciFetch } from 'undici'
import { createGuard, createTrust, createVerifier, type VerifiedToken } from '../src/index.ts'

const issuer = 'https://issuer.example.com'
const accounts = ['123456789012'] as const
const audience = 'https://orders.example.com'

createVerifier({ issuers: [{ issuer, accounts }], audience })
createVerifier({ issuers: [{ issuer, accounts: null }], audience: null })
createVerifier({ issuers: [{ issuer, accounts }], audience, fetch: undiciFetch })

// @ts-expect-error the audience was forgotten
createVerifier({ issuers: [{ issuer, accounts }] })
// @ts-expect-error undefined does not skip the audience
createVerifier({ issuers: [{ issuer, accounts }], audience: undefined })
// @ts-expect-error an empty list of audiences accepts nothing
createVerifier({ issuers: [{ issuer, accounts }], audience: [] })
// @ts-expect-error the issuers were forgotten
createVerifier({ audience })
// @ts-expect-error any issuer is not a choice
createVerifier({ issuers: null, audience })
// @ts-expect-error an empty list of issuers accepts nothing
createVerifier({ issuers: [], audience })
// @ts-expect-error the accounts were forgotten
createVerifier({ issuers: [{ issuer }], audience })
// @ts-expect-error undefined does not mean any account
createVerifier({ issuers: [{ issuer, accounts: undefined }], audience })
// @ts-expect-error an empty list of accounts accepts nothing
createVerifier({ issuers: [{ issuer, accounts: [] }], audience })
// @ts-expect-error a pattern is not an issuer
createVerifier({ issuers: [{ issuer: /issuer/, accounts }], audience })
// @ts-expect-error HMAC is not representable
createVerifier({ issuers: [{ issuer, accounts }], audience, algorithms: ['HS256'] })
// @ts-expect-error nor is the lack of a signature
createVerifier({ issuers: [{ issuer, accounts }], audience, algorithms: ['none'] })
// @ts-expect-error no algorithm at all
createVerifier({ issuers: [{ issuer, accounts }], audience, algorithms: [] })
// @ts-expect-error a partition that there isn't
createVerifier({ issuers: [{ issuer, accounts }], audience, partitions: ['aws-mars'] })
// @ts-expect-error a maximum age cannot be switched off
createVerifier({ issuers: [{ issuer, accounts }], audience, maxAgeSeconds: null })
// @ts-expect-error a misspelt option
createVerifier({ issuers: [{ issuer, accounts }], audience, maxAge: 60 })
// @ts-expect-error a bundle without whoever signed it
createVerifier({ issuers: [{ issuer, accounts, keys: { bundle: '…' } }], audience })

// @ts-expect-error a subject mode that there isn't
createVerifier({ issuers: [{ issuer, accounts }], audience, subjectModes: ['Origin'] })

declare const admit: (token: VerifiedToken) => void
// @ts-expect-error a decoded token is not a verified one
admit({ claims: {}, aws: {}, audiences: [], principal: {}, keyId: '', algorithm: 'ES384' })

const verifier = createVerifier({ issuers: [{ issuer, accounts }], audience })
const trust = createTrust([{ name: 'a', when: { accounts }, grant: 'read' }])
const onRefusal = () => undefined
createGuard({ verifier, trust, onRefusal })
createGuard({ verifier, trust: null, onRefusal })

// @ts-expect-error the rules were forgotten
createGuard({ verifier, onRefusal })
// @ts-expect-error undefined does not let everybody in
createGuard({ verifier, trust: undefined, onRefusal })
// @ts-expect-error refusals that nobody logs
createGuard({ verifier, trust })
// @ts-expect-error no rules
createTrust([])
// @ts-expect-error a rule without conditions
createTrust([{ name: 'a', grant: 'read' }])
// @ts-expect-error a misspelt condition
createTrust([{ name: 'a', when: { accounts, region: ['eu-*'] }, grant: 'read' }])
// @ts-expect-error an empty condition
createTrust([{ name: 'a', when: { accounts: [] }, grant: 'read' }])
// @ts-expect-error whom somebody acts for, without whoever gave the name
createTrust([{ name: 'a', when: { accounts, origin: { subjects: ['alice'] } }, grant: 'read' }])
// @ts-expect-error what the caller would leave out
createTrust([{ name: 'a', when: { accounts, not: { requestTags: { a: 'b' } } }, grant: 'read' }])
// @ts-expect-error the token of somebody else
trust.evaluate({ aws: {}, claims: {} })
