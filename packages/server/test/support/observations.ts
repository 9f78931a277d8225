/** An observation of AWS that comes out otherwise here. */
export interface ObservedDisagreement {
  /** The file of observations, or several whose cases are called so. */
  readonly file: string
  /** Of a decision a piece of its JSON, of a simulation its name. */
  readonly about: string
  /** Why it is right that it does. No full stop. */
  readonly reason: string
}

const NO_RESOURCE_POLICIES = 'the policy of a resource is refused: there are none here'

/** Where decisions about conditions come out otherwise than IAM was seen to decide. */
export const DECISION_DISAGREEMENTS: readonly ObservedDisagreement[] = [
  {
    file: 'ip.json',
    about: ':::',
    reason: 'three colons are no part of an address by RFC 4291: in a policy they are a typo',
  },
  {
    file: 'ip.json',
    about: '::1:',
    reason: 'an address does not end in a colon by RFC 4291: in a policy it is a typo',
  },
  {
    file: 'ip.json',
    about: '":2001',
    reason:
      'an address does not begin with one colon by RFC 4291, and no connection has such a one',
  },
]

/** Where `SimulateCustomPolicy` answers otherwise than IAM was seen to. */
export const SIMULATION_DISAGREEMENTS: readonly ObservedDisagreement[] = [
  { file: 'ip.json', about: 'simulation 15', reason: NO_RESOURCE_POLICIES },
  { file: 'ip.json', about: 'simulation 16', reason: NO_RESOURCE_POLICIES },
  {
    file: 'values.json',
    about: 'simulation 3',
    reason: 'the simulator of AWS contradicts its own decisions, which values.json has too',
  },
]

/** Counts the observations of each file that come out here as they did on AWS, and prints the counts. */
export class AgreementTally {
  readonly #counts = new Map<string, { total: number; agreeing: number }>()

  /** Takes one observation of a file into account. */
  add(file: string, isAgreeing: boolean): void {
    const { total, agreeing } = this.#counts.get(file) ?? { total: 0, agreeing: 0 }
    this.#counts.set(file, { total: total + 1, agreeing: agreeing + (isAgreeing ? 1 : 0) })
  }

  /** Prints a line for each file: the check shows them. */
  print(): void {
    for (const [file, { total, agreeing }] of this.#counts) {
      console.log(`observations in ${file}: ${agreeing} of ${total} agree`)
    }
  }
}
