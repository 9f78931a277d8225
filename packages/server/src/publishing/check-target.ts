import { DISCOVERY_PATH, JWKS_PATH } from '../issuer/discovery.ts'
import type { RandomSource } from '../runtime/random.ts'
import type { PublishTarget } from './publish-target.ts'
import { findPublicProblem } from './read-public.ts'
import {
  type NewObject,
  type StoredObject,
  TargetError,
  type WriteCondition,
} from './targets/target.ts'

/** One thing that was tried at a target. */
export interface TargetFinding {
  readonly what: string
  /** What is wrong; null when it works as it must. */
  readonly problem: string | null
}

/** What the check works with. */
export interface CheckDeps {
  readonly random: RandomSource
  readonly cacheControl: string
  readonly maxAgeSeconds: number
  readonly stopping: AbortSignal
}

/**
 * Tries at a target everything that publishing needs, with documents of an issuer that does not exist,
 * and takes them away again. What a target says is not believed: what it has is read again. Ends with the
 * first problem after which the rest says nothing.
 */
export async function checkTarget(
  deps: CheckDeps,
  publishTarget: PublishTarget,
): Promise<readonly TargetFinding[]> {
  const check = new Check(deps, publishTarget)
  try {
    await check.run()
  } catch (error) {
    if (!(error instanceof TargetError)) throw error
    check.note(check.underWay, error.message)
  } finally {
    await check.clean()
  }
  return check.findings
}

class Check {
  readonly findings: TargetFinding[] = []
  underWay = ''
  readonly #deps: CheckDeps
  readonly #publishTarget: PublishTarget
  readonly #issuerId: string
  readonly #path: string

  constructor(deps: CheckDeps, publishTarget: PublishTarget) {
    this.#deps = deps
    this.#publishTarget = publishTarget
    this.#issuerId = deps.random.uuid()
    this.#path = `${this.#issuerId}${JWKS_PATH}`
  }

  note(what: string, problem: string | null): void {
    this.findings.push({ what, problem })
  }

  async run(): Promise<void> {
    const first = this.#createObject('first')
    const second = this.#createObject('second')
    this.underWay = 'reads what is not there'
    if (!this.#expect(await this.#find(this.#path), null, 'has what nobody has written')) return
    this.underWay = 'writes where nothing is'
    await this.#write(first, { kind: 'absent' })
    const written = await this.#find(this.#path)
    if (!this.#expect(written, first, 'has not what was written')) return
    this.underWay = 'writes nothing where something is, when nothing should be'
    await this.#write(second, { kind: 'absent' })
    const ignores = 'ignores the condition of a write, so two writers destroy what the other wrote'
    if (!this.#expect(await this.#find(this.#path), first, ignores)) return
    this.underWay = 'shows it at the public URL'
    if (!(await this.#expectPublic(JWKS_PATH, first))) return
    this.underWay = 'replaces what is as it was read'
    const tag = written?.tag ?? ''
    await this.#write(second, { kind: 'matches', tag })
    if (!this.#expect(await this.#find(this.#path), second, 'has not what was written')) return
    this.underWay = 'replaces nothing that has changed since it was read'
    await this.#write(first, { kind: 'matches', tag })
    if (!this.#expect(await this.#find(this.#path), second, ignores)) return
    this.underWay = 'shows what has taken its place at the public URL'
    if (!(await this.#expectPublic(JWKS_PATH, second))) return
    this.underWay = 'shows a discovery document at the public URL'
    const { target } = this.#publishTarget
    await target.write(`${this.#issuerId}${DISCOVERY_PATH}`, first, { kind: 'absent' })
    await this.#expectPublic(DISCOVERY_PATH, first)
    this.underWay = 'removes'
    await this.clean()
    this.#expect(await this.#find(this.#path), null, 'still has what was removed')
  }

  /** Nothing of the check stays where it can be removed. */
  async clean(): Promise<void> {
    const { target } = this.#publishTarget
    for (const path of [this.#path, `${this.#issuerId}${DISCOVERY_PATH}`]) {
      try {
        const found = await target.read(path)
        if (found !== null) await target.remove(path, { kind: 'matches', tag: found.tag })
      } catch {}
    }
  }

  #find(path: string): Promise<StoredObject | null> {
    return this.#publishTarget.target.read(path)
  }

  #write(object: NewObject, condition: WriteCondition) {
    return this.#publishTarget.target.write(this.#path, object, condition)
  }

  /** Whether the target has exactly this. */
  #expect(found: StoredObject | null, object: NewObject | null, problem: string): boolean {
    const isRight =
      found === null || object === null
        ? found === object
        : Buffer.from(found.bytes).equals(object.bytes)
    this.note(this.underWay, isRight ? null : `it ${problem}`)
    return isRight
  }

  async #expectPublic(path: string, { bytes }: NewObject): Promise<boolean> {
    const { maxAgeSeconds, stopping } = this.#deps
    const url = `${this.#publishTarget.formatPublicUrl(this.#issuerId)}${path}`
    const problem = await findPublicProblem(url, { bytes, maxAgeSeconds }, stopping)
    this.note(this.underWay, problem)
    return problem === null
  }

  #createObject(text: string): NewObject {
    const { cacheControl } = this.#deps
    const bytes = Buffer.from(JSON.stringify({ keys: [], credence_check: text }))
    return { bytes, contentType: 'application/json', cacheControl }
  }
}
