import type { Statement } from '../../policy/policy-document.ts'
import type { SimulatedPolicies, SimulatedPolicy } from './simulated-policies.ts'

/**
 * The condition keys that policies ask for and a simulation is not given. IAM was seen to count all
 * statements, also those about other actions, keys that it knows itself, and those that may be absent
 * (`…IfExists`).
 */
export function listMissingKeys(
  { identity, boundary }: SimulatedPolicies,
  givenKeys: ReadonlySet<string>,
): readonly string[] {
  const policies = boundary === null ? identity : [...identity, boundary]
  return listAskedKeys(policies).filter(name => !givenKeys.has(name.toLowerCase()))
}

/** The condition keys that policies ask for, each once, in the spelling in which it comes first. */
export function listAskedKeys(policies: readonly SimulatedPolicy[]): readonly string[] {
  const asked = new Map<string, string>()
  for (const { policy } of policies) {
    for (const statement of policy.statements) {
      for (const name of [...listConditionKeys(statement), ...listResourceKeys(statement)]) {
        const key = name.toLowerCase()
        if (!asked.has(key)) asked.set(key, name)
      }
    }
  }
  return [...asked.values()]
}

function listConditionKeys({ conditions }: Statement): readonly string[] {
  return conditions.map(({ key }) => key)
}

/** Policy variables in `Resource`. */
function listResourceKeys({ resources }: Statement): readonly string[] {
  return (resources?.patterns ?? []).flatMap(pattern =>
    'parts' in pattern ? pattern.parts.flatMap(part => ('key' in part ? [part.key] : [])) : [],
  )
}
