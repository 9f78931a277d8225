import { describe, expect, it } from 'vitest'
import { createRequestContext } from '../policy/request-context.ts'
import type { SealContext, Sealer } from '../secrets/sealer.ts'
import { encodeAuthorizationMessage } from './authorization-message.ts'
import { USER } from './test/callers.ts'
import { ASKED, DENIED, NOT_ALLOWED } from './test/decisions.ts'

/** A sealer that hides nothing and says what it was asked to seal for. */
function createOpenSealer() {
  const contexts: SealContext[] = []
  const sealer: Sealer = {
    seal(context, plaintext) {
      contexts.push(context)
      return plaintext
    },
    unseal: (_, sealed) => sealed,
  }
  return { sealer, contexts }
}

const { sealer } = createOpenSealer()
const open = (message: string | null): unknown =>
  message === null ? null : JSON.parse(Buffer.from(message, 'base64').toString('utf8'))

/** What is asked, with a condition key of this many characters. */
const asked = (length: number) => ({
  ...ASKED,
  context: createRequestContext([['aws:UserAgent', 'x'.repeat(length)]]),
})

/** The longest user agent with which a message is whole. */
function findLongest(): number {
  const whole = encodeAuthorizationMessage(sealer, USER, asked(0), DENIED) ?? ''
  const bytes = Buffer.from(whole, 'base64').length
  return (3072 / 4) * 3 - bytes
}

describe('the message of a denial', () => {
  it('has what was asked, by whom, and what denied it', () => {
    expect(open(encodeAuthorizationMessage(sealer, USER, ASKED, DENIED))).toEqual({
      allowed: false,
      explicitDeny: true,
      matchedStatements: {
        items: [
          {
            statementId: 'No',
            effect: 'DENY',
            policyId: 'inline:p',
            layer: 'identity-based policy',
          },
        ],
      },
      failures: { items: [] },
      context: {
        principal: { id: USER.userId, arn: USER.arn },
        action: 'sts:GetWebIdentityToken',
        resource: '*',
        conditions: {
          items: [
            { key: 'aws:sourceip', values: { items: [{ value: '192.0.2.1' }] } },
            { key: 'aws:tagkeys', values: { items: [{ value: 'a' }, { value: 'b' }] } },
          ],
        },
      },
    })
  })

  it('tells a denial for want of an Allow from an explicit one', () => {
    expect(open(encodeAuthorizationMessage(sealer, USER, ASKED, NOT_ALLOWED))).toMatchObject({
      explicitDeny: false,
      matchedStatements: { items: [] },
    })
  })

  it("is sealed for the caller's account, and for nothing else", () => {
    const { sealer: noting, contexts } = createOpenSealer()
    encodeAuthorizationMessage(noting, USER, ASKED, DENIED)
    expect(contexts).toEqual([{ purpose: 'authorization-message', recordId: USER.account.id }])
  })
})

describe('a message that would be too long', () => {
  it('is whole up to 3,072 characters', () => {
    const message = encodeAuthorizationMessage(sealer, USER, asked(findLongest()), DENIED)
    expect(message).toHaveLength(3072)
    expect(open(message)).not.toHaveProperty('context.conditionsOmitted')
  })

  it('says in the stead of its condition keys that they are left out', () => {
    const message = encodeAuthorizationMessage(sealer, USER, asked(findLongest() + 1), DENIED)
    expect(open(message)).toMatchObject({
      context: { conditions: { items: [] }, conditionsOmitted: true },
      explicitDeny: true,
    })
  })

  it('is none when it is too long without them', () => {
    const request = { ...ASKED, resource: 'x'.repeat(3072) }
    expect(encodeAuthorizationMessage(sealer, USER, request, DENIED)).toBeNull()
  })
})
