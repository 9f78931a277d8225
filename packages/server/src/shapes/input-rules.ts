/** How the parameters of an operation are read, beside their shape. */
export interface InputRules {
  /** All that are looked at; every other is unknown and ignored. */
  readonly wanted: ReadonlySet<string>
  /** Those among them that are refused wherever they stand, each with its reason. */
  readonly unbuilt: ReadonlyMap<string, string>
  /** Whether violations have the value that breaks a rule. */
  readonly quotesValues: boolean
}
