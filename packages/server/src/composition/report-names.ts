import type { Logger } from '../telemetry/logger.ts'
import type { OpenData } from './open-data.ts'

/** Says under which names the issuers are served, where there are several. */
export function reportNames({ issuerNames }: Pick<OpenData, 'issuerNames'>, logger: Logger): void {
  const { all, signing } = issuerNames
  if (all.length === 1) return
  const served = issuerNames.listServed().map(({ text }) => text)
  logger.info({ signs: signing.text, served }, 'the issuers have several names')
  for (const name of all) {
    if (issuerNames.isServed(name)) continue
    const until = new Date(name.untilMs ?? 0).toISOString()
    logger.warn({ name: name.text, until }, 'a name of the issuers has ended: it is not served')
  }
}
