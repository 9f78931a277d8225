import type { Issuer } from '../issuer/issuer.ts'

/** What operations work with; built once in `composition.ts`. */
export interface Services {
  readonly issuer: Issuer
}
