/**
 * Prints as JSON what Credence has of AWS's service models: `node tools/export-shapes.ts`.
 *
 * Exists because the newest models are Python's to read: botocore brings them, and a test among the
 * Python clients compares them with this.
 */
import { OPERATIONS } from '../packages/server/src/operations/registry.ts'
import { UNBUILT_INPUT_MEMBERS } from '../packages/server/src/operations/unbuilt/input-members.ts'
import { UNBUILT_OPERATIONS } from '../packages/server/src/operations/unbuilt/operations.ts'
import { UNBUILT_OUTPUT_MEMBERS } from '../packages/server/src/operations/unbuilt/output-members.ts'
import { PARTITIONS } from '../packages/server/src/principals/arn.ts'
import type { Shape } from '../packages/server/src/shapes/shape.ts'

/** A shape as far as its names and kinds go. */
function toJson(shape: Shape): object {
  switch (shape.kind) {
    case 'structure': {
      const members = shape.fields.map(({ wireName, member }) => [wireName, toJson(member.shape)])
      return { kind: shape.kind, members: Object.fromEntries(members) }
    }
    case 'list':
      return { kind: shape.kind, member: toJson(shape.member) }
    case 'map':
      return { kind: shape.kind, value: toJson(shape.value) }
    default:
      return { kind: shape.kind }
  }
}

const exported = {
  operations: OPERATIONS.map(({ api, name, input, output }) => ({
    key: `${api.name}:${name}`,
    input: toJson(input),
    output: output === null ? { kind: 'structure', members: {} } : toJson(output),
  })),
  partitions: PARTITIONS,
  unbuiltOperations: UNBUILT_OPERATIONS,
  unbuiltInputMembers: UNBUILT_INPUT_MEMBERS,
  unbuiltOutputMembers: UNBUILT_OUTPUT_MEMBERS,
}

console.log(JSON.stringify(exported))
