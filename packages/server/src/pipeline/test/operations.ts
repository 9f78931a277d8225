import { STS } from '../../operations/apis.ts'
import type { Operation } from '../../operations/operation.ts'
import { required, string, structure } from '../../shapes/shape.ts'

/** A signed operation `Greet` of STS that wants no permission, different where the test says so. */
export function createOperation(changes: Partial<Operation> = {}): Operation {
  return {
    api: STS,
    name: 'Greet',
    input: structure('GreetRequest', {}),
    inputRules: { wanted: new Set(), unbuilt: new Map(), quotesValues: false },
    output: structure('GreetResponse', { greeting: required(string()) }),
    authentication: 'signature',
    readOnly: true,
    effect: 'reads',
    rateClass: 'sts',
    requestParameters: () => null,
    checkInput: null,
    checkCaller: null,
    permissions: 'none',
    run: async () => ({
      output: { greeting: 'hello' },
      responseElements: null,
      additionalEventData: null,
    }),
    ...changes,
  }
}
