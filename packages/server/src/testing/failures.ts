import type { AuditEvent, AuditSink } from '../audit/event.ts'
import { BareRefusal } from '../errors.ts'
import type { FindDocuments } from '../http/exchange.ts'
import type { IssuerDocuments } from '../issuer/issuer.ts'
import type { Pipeline } from '../pipeline/pipeline.ts'
import { StoreFailure } from '../store/failures.ts'
import type { Store } from '../store/ports.ts'
import type { ReceivedRequest } from '../wire/message.ts'
import {
  FAILURE_CODES,
  type FailureCode,
  formatFailure,
  isFailureCode,
} from './failure-response.ts'
import { readAction } from './read-action.ts'
import { type Wait, waitFor } from './wait.ts'

/** Which calls something happens to. */
export interface CallSelection {
  /** An action such as `GetWebIdentityToken`; every one when left out. */
  readonly action?: string
  /** To how many calls it happens; 1 when left out. `Infinity`: until `clear()`. */
  readonly times?: number
}

/** Which requests for documents something happens to. */
export interface DocumentSelection {
  /** `discovery` or `jwks`; both when left out. */
  readonly document?: keyof IssuerDocuments
  /** To how many requests it happens; 1 when left out. `Infinity`: until `clear()`. */
  readonly times?: number
}

/** Failures on request, in the order in which they were asked for. */
export interface Failures {
  /** Calls are refused with an error of AWS's, before anybody looks at them. */
  failCalls(selection: CallSelection & { readonly code: FailureCode }): void
  /** Answers come late by so many real milliseconds; `Infinity`: when the server stops. */
  delayCalls(selection: CallSelection & { readonly delayMs: number }): void
  /** Requests for discovery document or JWKS get this HTTP status; 503 when left out. */
  failDocuments(selection: DocumentSelection & { readonly status?: number }): void
  /** They get this text instead of the document. */
  replaceDocuments(selection: DocumentSelection & { readonly text: string }): void
  /** They are answered late by so many real milliseconds; `Infinity`: when the server stops. */
  delayDocuments(selection: DocumentSelection & { readonly delayMs: number }): void
  /** Every access to the store fails until this is reset. Answers from memory still work. */
  isStoreDown: boolean
  /** No audit event can be written, until it is set back. */
  isAuditDown: boolean
  /** Nothing goes wrong any more. */
  clear(): void
}

interface Planned<Subject, Effect> {
  readonly matches: (subject: Subject) => boolean
  readonly effect: Effect
  left: number
}

type CallEffect = { readonly code: FailureCode } | { readonly delayMs: number }
type DocumentEffect =
  | { readonly status: number }
  | { readonly text: string }
  | { readonly delayMs: number }

/** The failures of one server, and the wrappers around its parts that cause them. */
export class FailurePlan implements Failures {
  isStoreDown = false
  isAuditDown = false
  readonly #calls: Planned<string | null, CallEffect>[] = []
  readonly #documents: Planned<keyof IssuerDocuments, DocumentEffect>[] = []
  readonly #wait: Wait

  /** `signal` ends every delay: the server stops. */
  constructor(signal: AbortSignal) {
    this.#wait = waitFor(signal)
  }

  failCalls({ code, ...selection }: Parameters<Failures['failCalls']>[0]): void {
    if (!isFailureCode(code)) throw new TypeError(`a call can fail with ${FAILURE_CODES}`)
    this.#planCall(selection, { code })
  }

  delayCalls({ delayMs, ...selection }: Parameters<Failures['delayCalls']>[0]): void {
    this.#planCall(selection, { delayMs: requireDelay(delayMs) })
  }

  failDocuments({ status = 503, ...selection }: Parameters<Failures['failDocuments']>[0]): void {
    if (!Number.isInteger(status) || status < 400 || status > 599) {
      throw new TypeError('the status of a failure is 400 to 599')
    }
    this.#planDocument(selection, { status })
  }

  replaceDocuments({ text, ...selection }: Parameters<Failures['replaceDocuments']>[0]): void {
    this.#planDocument(selection, { text })
  }

  delayDocuments({ delayMs, ...selection }: Parameters<Failures['delayDocuments']>[0]): void {
    this.#planDocument(selection, { delayMs: requireDelay(delayMs) })
  }

  clear(): void {
    this.#calls.length = 0
    this.#documents.length = 0
    this.isStoreDown = false
    this.isAuditDown = false
  }

  /** For {@link Overrides.aroundPipeline}. */
  readonly aroundPipeline =
    (pipeline: Pipeline): Pipeline =>
    async (request: ReceivedRequest) => {
      const effect = take(this.#calls, readAction(request))
      if (effect === null) return pipeline(request)
      if ('code' in effect) return formatFailure(effect.code)
      await this.#wait(effect.delayMs)
      return pipeline(request)
    }

  /** For {@link Overrides.aroundDocuments}. */
  readonly aroundDocuments =
    (find: FindDocuments): FindDocuments =>
    async address => {
      const { document } = address
      const effect = take(this.#documents, document)
      if (effect === null) return find(address)
      if ('status' in effect) throw new BareRefusal(effect.status)
      if ('delayMs' in effect) await this.#wait(effect.delayMs)
      const documents = await find(address)
      if (documents === null || 'delayMs' in effect) return documents
      return { ...documents, [document]: effect.text }
    }

  /** For {@link Overrides.aroundStore}. */
  readonly aroundStore = (store: Store): Store =>
    new Proxy(store, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name)
        if (typeof value !== 'function' || UNFAILING.has(name)) return value
        return async (...args: readonly unknown[]) => {
          if (this.isStoreDown) throw new StoreFailure('The store is down, as the test wants it.')
          return Reflect.apply(value, target, args)
        }
      },
    })

  /** A sink that fails while the audit is down. */
  readonly aroundAudit = (sink: AuditSink): AuditSink => ({
    write: async (event: AuditEvent) => {
      if (this.isAuditDown) throw new Error('The audit is down, as the test wants it.')
      await sink.write(event)
    },
    close: () => sink.close(),
  })

  #planCall({ action, times }: CallSelection, effect: CallEffect): void {
    const matches = (name: string | null) => action === undefined || action === name
    this.#calls.push({ matches, effect, left: requireTimes(times) })
  }

  #planDocument({ document, times }: DocumentSelection, effect: DocumentEffect): void {
    const matches = (name: keyof IssuerDocuments) => document === undefined || document === name
    this.#documents.push({ matches, effect, left: requireTimes(times) })
  }
}

/** Methods of a store that need no disk. */
const UNFAILING: ReadonlySet<string | symbol> = new Set<keyof Store>(['close', 'countWaiting'])

/** Uses up the first effect planned for the subject; null when there is none. */
function take<Subject, Effect>(
  planned: readonly Planned<Subject, Effect>[],
  subject: Subject,
): Effect | null {
  const next = planned.find(({ left, matches }) => left > 0 && matches(subject))
  if (next === undefined) return null
  next.left -= 1
  return next.effect
}

function requireTimes(times = 1): number {
  if (times > 0 && (Number.isInteger(times) || times === Number.POSITIVE_INFINITY)) return times
  throw new TypeError('times is a whole number from 1, or Infinity')
}

function requireDelay(delayMs: number): number {
  if (delayMs >= 0) return delayMs
  throw new TypeError('delayMs is a number of milliseconds from 0, or Infinity')
}
