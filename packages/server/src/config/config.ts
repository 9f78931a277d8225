import { z } from 'zod'
import { ISSUING_SECTIONS } from './issuing-sections.ts'
import { KEEPING_SECTIONS } from './keeping-sections.ts'
import { PUBLISH_SECTION } from './publish-section.ts'
import { SERVING_SECTIONS } from './serving-sections.ts'

/**
 * Every key of the configuration: the one source of its type, its checks, the names of its
 * environment variables and the tables of `docs/configuration.md`, in this order.
 */
export const CONFIG_SCHEMA = z
  .strictObject({
    listen: SERVING_SECTIONS.listen,
    server: SERVING_SECTIONS.server,
    tls: SERVING_SECTIONS.tls,
    limits: SERVING_SECTIONS.limits,
    issuer: ISSUING_SECTIONS.issuer,
    keys: ISSUING_SECTIONS.keys,
    publish: PUBLISH_SECTION,
    sts: ISSUING_SECTIONS.sts,
    webIdentity: ISSUING_SECTIONS.webIdentity,
    federation: ISSUING_SECTIONS.federation,
    account: ISSUING_SECTIONS.account,
    store: KEEPING_SECTIONS.store,
    masterKey: KEEPING_SECTIONS.masterKey,
    signer: ISSUING_SECTIONS.signer,
    audit: KEEPING_SECTIONS.audit,
    metrics: SERVING_SECTIONS.metrics,
    log: SERVING_SECTIONS.log,
  })
  .readonly()

/** The validated configuration, frozen at every level. */
export type Config = z.output<typeof CONFIG_SCHEMA>
