/** Where issuers live on the web: all below one URL, or each on a host of its own. */
export type IssuerUrlSetting = (
  | {
      /** The issuer URL is this, a slash and the issuer id. */
      readonly baseUrl: string
    }
  | {
      /** The issuer URL with `{id}` as one whole label of the host: `https://{id}.tokens.example.org`. */
      readonly hostPattern: string
    }
) & {
  /** Allows http beyond this machine. Anybody on the network path can then replace the keys. */
  readonly allowInsecure: boolean
}

/** One of the names under which the issuers of an installation are served. */
export interface IssuerNameSetting {
  readonly url: IssuerUrlSetting
  /** From this instant on it is served no more; null: for ever. */
  readonly untilMs: number | null
}

/** By what settings and commands tell a name from others: its base URL or its host pattern. */
export function findIssuerNameText(url: IssuerUrlSetting): string {
  return 'baseUrl' in url ? url.baseUrl : url.hostPattern
}
