import type { TargetResponse } from '../send-request.ts'
import { createServiceError, type Said } from '../service-error.ts'
import { TargetError } from '../target.ts'
import type { S3Settings } from './s3-settings.ts'

/** Codes with which S3 refuses credentials that were good before. Others may be had by now. */
const ENDED: ReadonlySet<string | null> = new Set([
  'ExpiredToken',
  'InvalidAccessKeyId',
  'InvalidToken',
  'TokenRefreshRequired',
])

/** Codes of answers with a status of 400 that may be another one the next time. */
const PASSING: ReadonlySet<string | null> = new Set(['RequestTimeout'])

/** What S3 says in its XML. No more of it is read: it may repeat the request with its session token. */
export function readS3Said({ body }: TargetResponse): Said {
  const xml = Buffer.from(body).toString('utf8')
  return { code: findElement(xml, 'Code'), text: findElement(xml, 'Message') }
}

/** Whether credentials that are read anew may be taken. */
export function isEndedForS3(response: TargetResponse): boolean {
  return response.status >= 400 && ENDED.has(readS3Said(response).code)
}

/** The error for an answer that says neither yes nor that a condition does not hold. */
export function createS3Error(
  url: URL,
  response: TargetResponse,
  settings: S3Settings,
  nowMs: number,
): TargetError {
  const said = readS3Said(response)
  const advice = findAdvice(said, response, settings)
  const error = createServiceError(url, response, said, { advice, nowMs })
  return PASSING.has(said.code) ? new TargetError('unreachable', error.message) : error
}

function findAdvice(
  { code }: Said,
  response: TargetResponse,
  { bucket, region }: S3Settings,
): string | null {
  const isRead = response.status === 403 && code === 'AccessDenied'
  if (isRead) {
    return `the credentials need s3:GetObject, s3:PutObject and s3:DeleteObject on the objects, and s3:ListBucket on ${bucket}, without which S3 does not tell what is absent`
  }
  const otherRegion =
    response.headers['x-amz-bucket-region'] ??
    findElement(Buffer.from(response.body).toString('utf8'), 'Region')
  if (otherRegion !== null && otherRegion !== region && response.status < 403) {
    return `the bucket is in the region ${otherRegion.replace(/[^\w-]/g, '')}, and \`region\` says ${region}`
  }
  return code === null ? null : (ADVICE.get(code) ?? null)
}

const ADVICE: ReadonlyMap<string, string> = new Map([
  ['NoSuchBucket', '`bucket` names one that does not exist there'],
  ['NotImplemented', 'this store cannot do conditional writes, without which it is no target'],
  ['SignatureDoesNotMatch', 'the secret access key is not that of the access key id'],
  ['RequestTimeTooSkewed', 'S3 refuses a clock that is more than 15 minutes wrong'],
  ['ExpiredToken', 'the credentials have ended, and there are no others yet'],
])

function findElement(xml: string, name: string): string | null {
  const found = new RegExp(`<${name}>([^<]{1,2000})</${name}>`).exec(xml)
  return found?.[1] ?? null
}
