import type { PolicyKind } from './policy-document.ts'

/** Which elements a kind of policy must, may or must not have. */
export interface KindRules {
  /** `everyone`: required, and it must name everyone. */
  readonly principal: 'forbidden' | 'required' | 'everyone'
  readonly resource: 'required' | 'forbidden'
  /**
   * Whether malformed numbers, dates, addresses and ARNs in conditions are kept (and then match as
   * aws-wire §5.3 says) instead of refused.
   */
  readonly keepsMalformedValues: boolean
  /** Whether conditions may have empty lists of values, which match nothing. */
  readonly keepsEmptyLists: boolean
  /** The one service whose actions the policy may speak of, in lower case; null for any. */
  readonly service: string | null
}

const grants: KindRules = {
  principal: 'forbidden',
  resource: 'required',
  keepsMalformedValues: false,
  keepsEmptyLists: false,
  service: null,
}

/** The rules of every kind (AWS IAM User Guide: policies and permissions; aws-wire §5.2, §5.3). */
export const KIND_RULES: Readonly<Record<PolicyKind, KindRules>> = {
  identity: grants,
  boundary: grants,
  scp: grants,
  session: { ...grants, keepsMalformedValues: true, keepsEmptyLists: true },
  trust: {
    principal: 'required',
    resource: 'forbidden',
    keepsMalformedValues: false,
    keepsEmptyLists: true,
    service: 'sts',
  },
  rcp: { ...grants, principal: 'everyone' },
}
