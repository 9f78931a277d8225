/**
 * The small schema language in which every operation declares its input and output once. The
 * parser, the validation messages, the TypeScript types and the XML all come from it. Constraints
 * are those of AWS's service models (aws-wire §1.1); lengths count UTF-16 code units, as AWS does.
 */
export type Shape =
  | StringShape
  | IntegerShape
  | BooleanShape
  | TimestampShape
  | ListShape
  | MapShape
  | StructureShape

/** Text with its constraints. */
export interface StringShape {
  readonly kind: 'string'
  readonly minLength: number | null
  readonly maxLength: number | null
  /** Matches the whole text; `source` is printed in the message exactly as AWS prints it. */
  readonly pattern: { readonly source: string; readonly regex: RegExp } | null
  readonly values: readonly string[] | null
  /** `RoleArn`: the pattern stands before the length, which counts code points (aws-wire-news §5). */
  readonly isPatternFirst: boolean
}

/** A 32-bit signed integer with its bounds. */
export interface IntegerShape {
  readonly kind: 'integer'
  readonly min: number | null
  readonly max: number | null
}

/** `true` or `false`. */
export interface BooleanShape {
  readonly kind: 'boolean'
}

/** An instant: milliseconds since the epoch in memory, RFC 3339 in UTC on the wire. Output only. */
export interface TimestampShape {
  readonly kind: 'timestamp'
  readonly precision: 'seconds' | 'milliseconds'
}

/** `Name.member.N` on the way in, `<Name><member>…` on the way out. */
export interface ListShape<Member extends Shape = Shape> {
  readonly kind: 'list'
  readonly member: Member
  readonly minItems: number | null
  readonly maxItems: number | null
}

/** `<entry><key>…</key><value>…</value></entry>`. Output only. */
export interface MapShape<Value extends Shape = Shape> {
  readonly kind: 'map'
  readonly value: Value
}

/** Named members in the order in which they are written. */
export interface StructureShape<Members extends MemberTable = MemberTable> {
  readonly kind: 'structure'
  /** Printed in validation messages: `Tag(key=0, value=test)`. */
  readonly name: string
  readonly members: Members
  /** The same members with all their names, in the same order: made once, read by every call. */
  readonly fields: readonly Field[]
}

/** A member of a structure with its names. */
export interface Field {
  /** In the program: `durationSeconds`. */
  readonly name: string
  /** On the wire: `DurationSeconds`. */
  readonly wireName: string
  /** In validation messages: the name on the wire with a small first letter. */
  readonly printedName: string
  readonly member: Member
}

/** The members of a structure by their name in the program (`durationSeconds`). */
export type MemberTable = Readonly<Record<string, Member>>

/** One member of a structure. */
export interface Member<
  S extends Shape = Shape,
  Presence extends 'required' | 'optional' | 'defaulted' = 'required' | 'optional' | 'defaulted',
> {
  readonly shape: S
  readonly presence: Presence
  /** Taken when a `defaulted` member is absent; null otherwise. */
  readonly defaultValue: number | string | boolean | null
  /** Name on the wire where it is not the member's name with a capital first letter. */
  readonly wireName: string | null
}

/** The value that a shape describes. */
export type Infer<S extends Shape> = S extends StringShape
  ? string
  : S extends IntegerShape | TimestampShape
    ? number
    : S extends BooleanShape
      ? boolean
      : S extends ListShape<infer M>
        ? readonly Infer<M>[]
        : S extends MapShape<infer V>
          ? ReadonlyMap<string, Infer<V>>
          : S extends StructureShape<infer Members>
            ? InferMembers<Members>
            : never

type OptionalKeys<Members extends MemberTable> = {
  [K in keyof Members]: Members[K]['presence'] extends 'optional' ? K : never
}[keyof Members]

type InferMembers<Members extends MemberTable> = {
  readonly [K in Exclude<keyof Members, OptionalKeys<Members>>]: Infer<Members[K]['shape']>
} & {
  readonly [K in OptionalKeys<Members>]?: Infer<Members[K]['shape']> | undefined
}

/** Text; unbounded where a bound is not given. */
export function string(
  constraints: {
    readonly minLength?: number
    readonly maxLength?: number
    /** The pattern as AWS prints it, in Java's syntax as far as JavaScript's `u` mode shares it. */
    readonly pattern?: string
    readonly values?: readonly string[]
    readonly isPatternFirst?: boolean
  } = {},
): StringShape {
  const { minLength = null, maxLength = null, pattern, values = null } = constraints
  const { isPatternFirst = false } = constraints
  return {
    kind: 'string',
    minLength,
    maxLength,
    pattern:
      pattern === undefined
        ? null
        : { source: pattern, regex: new RegExp(`^(?:${pattern})$`, 'u') },
    values,
    isPatternFirst,
  }
}

/** A 32-bit integer; unbounded within that where a bound is not given. */
export function integer(
  bounds: { readonly min?: number; readonly max?: number } = {},
): IntegerShape {
  return { kind: 'integer', min: bounds.min ?? null, max: bounds.max ?? null }
}

/** `true` or `false`. */
export function boolean(): BooleanShape {
  return { kind: 'boolean' }
}

/** An instant on the way out. */
export function timestamp(precision: TimestampShape['precision']): TimestampShape {
  return { kind: 'timestamp', precision }
}

/** A list; unbounded where a bound is not given. */
export function list<M extends Shape>(
  member: M,
  bounds: { readonly minItems?: number; readonly maxItems?: number } = {},
): ListShape<M> {
  return {
    kind: 'list',
    member,
    minItems: bounds.minItems ?? null,
    maxItems: bounds.maxItems ?? null,
  }
}

/** A map on the way out. */
export function map<V extends Shape>(value: V): MapShape<V> {
  return { kind: 'map', value }
}

/** A structure; `name` is the one that validation messages print. */
export function structure<M extends MemberTable>(name: string, members: M): StructureShape<M> {
  const fields = Object.entries(members).map(([name, member]) => toField(name, member))
  return { kind: 'structure', name, members, fields }
}

function toField(name: string, member: Member): Field {
  const wireName = member.wireName ?? name.charAt(0).toUpperCase() + name.slice(1)
  const printedName = wireName.charAt(0).toLowerCase() + wireName.slice(1)
  return { name, wireName, printedName, member }
}

/** A member that must be there. */
export function required<S extends Shape>(shape: S, wireName?: string): Member<S, 'required'> {
  return { shape, presence: 'required', defaultValue: null, wireName: wireName ?? null }
}

/** A member that may be absent. */
export function optional<S extends Shape>(shape: S, wireName?: string): Member<S, 'optional'> {
  return { shape, presence: 'optional', defaultValue: null, wireName: wireName ?? null }
}

/** A member with a value of its own when it is absent. */
export function defaulted<S extends StringShape | IntegerShape | BooleanShape>(
  shape: S,
  defaultValue: Infer<S>,
  wireName?: string,
): Member<S, 'defaulted'> {
  return { shape, presence: 'defaulted', defaultValue, wireName: wireName ?? null }
}

/** Whether a value has members, as that of a structure has. */
export function isStructureValue(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
