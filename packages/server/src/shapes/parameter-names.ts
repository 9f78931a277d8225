/** The names of an operation's parameters. */
export interface ParameterNames {
  /** All that are looked at; every other is unknown and ignored. */
  readonly wanted: ReadonlySet<string>
  /** Those among them that are refused wherever they stand, each with its reason. */
  readonly unbuilt: ReadonlyMap<string, string>
}
