import type { Api } from './operation.ts'

/** AWS Security Token Service, API version 2011-06-15 (aws-wire §1.5). */
export const STS: Api = {
  name: 'sts',
  version: '2011-06-15',
  xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  eventSource: 'sts.amazonaws.com',
}

/** AWS Identity and Access Management, API version 2010-05-08 (aws-wire §1.5). */
export const IAM: Api = {
  name: 'iam',
  version: '2010-05-08',
  xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
  eventSource: 'iam.amazonaws.com',
}
