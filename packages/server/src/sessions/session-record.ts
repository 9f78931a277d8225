import type { Session, SessionWebIdentity } from '../principals/session.ts'
import type { SessionPrincipal } from '../principals/session-principal.ts'
import type { Tag } from '../principals/tags.ts'
import { ByteFormatError, type ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { readIdentityContext, writeIdentityContext } from './identity-context-bytes.ts'
import { FieldWriter, readFields } from './record-fields.ts'
import {
  readKind,
  readPrincipal,
  SESSION_KINDS,
  writePrincipal,
} from './session-principal-bytes.ts'

/** What a session token says about its session. The secret is not part of it. */
export interface SessionRecord {
  readonly session: Session
  readonly principal: SessionPrincipal
}

/**
 * The numbers of the fields. A number keeps its meaning for ever; a new field gets the next one. A
 * field is critical when it restricts a session or when a policy can ask for it. Other fields may be
 * ignored.
 */
const FIELD = {
  principal: 1,
  kind: 2,
  name: 3,
  issuedAtMs: 4,
  expiresAtMs: 5,
  tags: 6,
  transitiveTagKeys: 7,
  sourceIdentity: 8,
  federatedProvider: 9,
  webIdentity: 10,
  isChained: 11,
  /** Session policies that were given together: one of them must allow. */
  policies: 12,
  computeContext: 13,
  /** Each is a layer of its own: all of them must allow. */
  scopeDownPolicies: 14,
  identityContext: 15,
} as const

const KNOWN_FIELDS: ReadonlySet<number> = new Set(Object.values(FIELD))

/** Writes a record of fields; what a session does not have takes no room. */
export function formatSessionRecord({ session, principal }: SessionRecord): Buffer {
  const fields = new FieldWriter()
  const add = (number: number, fill: (value: ByteWriter) => void): void =>
    fields.add(number, true, fill)
  const addText = (number: number, text: string | null): void => {
    if (text !== null) add(number, value => value.writeText(text))
  }
  const addList = <Item>(
    number: number,
    items: readonly Item[],
    writeItem: (value: ByteWriter, item: Item) => void,
  ): void => {
    if (items.length > 0)
      add(number, value => value.writeList(items, item => writeItem(value, item)))
  }

  add(FIELD.principal, value => writePrincipal(value, principal))
  add(FIELD.kind, value => value.writeInteger(SESSION_KINDS.indexOf(session.kind)))
  addText(FIELD.name, session.name)
  add(FIELD.issuedAtMs, value => value.writeInteger(session.issuedAtMs))
  add(FIELD.expiresAtMs, value => value.writeInteger(session.expiresAtMs))
  addList(FIELD.tags, session.tags, writeTag)
  addList(FIELD.transitiveTagKeys, session.transitiveTagKeys, writeText)
  addText(FIELD.sourceIdentity, session.sourceIdentity)
  addText(FIELD.federatedProvider, session.federatedProvider)
  const { webIdentity } = session
  if (webIdentity !== null) add(FIELD.webIdentity, value => writeWebIdentity(value, webIdentity))
  if (session.isChained) add(FIELD.isChained, () => undefined)
  if (session.inlinePolicy !== null || session.policyArns.length > 0) {
    add(FIELD.policies, value => writePolicies(value, session))
  }
  addList(FIELD.computeContext, [...session.computeContext], (value, [name, text]) =>
    writeTag(value, { key: name, value: text }),
  )
  addList(FIELD.scopeDownPolicies, session.scopeDownPolicies, writeText)
  const { identityContext } = session
  if (identityContext !== null) {
    add(FIELD.identityContext, value => writeIdentityContext(value, identityContext))
  }
  return fields.toBytes()
}

/**
 * Reads what {@link formatSessionRecord} wrote, here or in a later release as long as that added
 * nothing critical. @throws ByteFormatError
 */
export function parseSessionRecord(bytes: Uint8Array): SessionRecord {
  const fields = readFields(bytes, KNOWN_FIELDS)
  const find = <Value>(number: number, read: (value: ByteReader) => Value): Value | null => {
    const reader = fields.get(number)
    if (reader === undefined) return null
    const value = read(reader)
    reader.expectEnd()
    return value
  }
  const require = <Value>(number: number, read: (value: ByteReader) => Value): Value => {
    const value = find(number, read)
    if (value === null) throw new ByteFormatError(`field ${number} is missing`)
    return value
  }

  const principal = require(FIELD.principal, readPrincipal)
  const policies = find(FIELD.policies, readPolicies)
  const session: Session = {
    kind: require(FIELD.kind, value => readKind(value, SESSION_KINDS)),
    name: find(FIELD.name, readText),
    issuedAtMs: require(FIELD.issuedAtMs, readInteger),
    expiresAtMs: require(FIELD.expiresAtMs, readInteger),
    tags: find(FIELD.tags, value => readSome(value, readTag)) ?? [],
    transitiveTagKeys: find(FIELD.transitiveTagKeys, value => readSome(value, readText)) ?? [],
    sourceIdentity: find(FIELD.sourceIdentity, readText),
    federatedProvider: find(FIELD.federatedProvider, readText),
    webIdentity: find(FIELD.webIdentity, readWebIdentity),
    isChained: find(FIELD.isChained, () => true) ?? false,
    inlinePolicy: policies?.inlinePolicy ?? null,
    policyArns: policies?.policyArns ?? [],
    computeContext: new Map(
      (find(FIELD.computeContext, value => readSome(value, readTag)) ?? []).map(
        ({ key, value }) => [key, value],
      ),
    ),
    scopeDownPolicies: find(FIELD.scopeDownPolicies, value => readSome(value, readText)) ?? [],
    identityContext: find(FIELD.identityContext, readIdentityContext),
  }
  return { session, principal }
}

const readText = (value: ByteReader): string => value.readText()
const readInteger = (value: ByteReader): number => value.readInteger()
const readTag = (value: ByteReader): Tag => ({ key: value.readText(), value: value.readText() })
const writeText = (value: ByteWriter, text: string): void => value.writeText(text)

function writeTag(value: ByteWriter, tag: Tag): void {
  value.writeText(tag.key)
  value.writeText(tag.value)
}

/** Reads a list that has an item: an empty one is never written. */
function readSome<Item>(value: ByteReader, readItem: (value: ByteReader) => Item): readonly Item[] {
  const items = value.readList(() => readItem(value))
  if (items.length === 0) throw new ByteFormatError('a list is there without an item')
  return items
}

function writeWebIdentity(value: ByteWriter, identity: SessionWebIdentity): void {
  const { authenticationMethods } = identity
  value.writeText(identity.subject)
  value.writeText(identity.audience)
  value.writeInteger(authenticationMethods === null ? 0 : 1)
  value.writeList(authenticationMethods ?? [], method => value.writeText(method))
}

function readWebIdentity(value: ByteReader): SessionWebIdentity {
  const subject = value.readText()
  const audience = value.readText()
  const hasMethods = value.readChoice(2) === 1
  const methods = value.readList(() => value.readText())
  if (!hasMethods && methods.length > 0) throw new ByteFormatError('methods that are not there')
  return { subject, audience, authenticationMethods: hasMethods ? methods : null }
}

type Policies = Pick<Session, 'inlinePolicy' | 'policyArns'>

function writePolicies(value: ByteWriter, { inlinePolicy, policyArns }: Policies): void {
  value.writeList(inlinePolicy === null ? [] : [inlinePolicy], text => value.writeText(text))
  value.writeList(policyArns, text => value.writeText(text))
}

function readPolicies(value: ByteReader): Policies {
  const inline = value.readList(() => value.readText())
  if (inline.length > 1) throw new ByteFormatError('an inline policy is there twice')
  return { inlinePolicy: inline[0] ?? null, policyArns: value.readList(() => value.readText()) }
}
