// biome-ignore-all lint/suspicious/noTemplateCurlyInString: so AWS writes the templates of its ARNs.
import { expect, it } from 'vitest'
import { findResourceTemplate } from './resource-template.ts'

const USER = 'arn:aws:iam::123456789012:user/'

it.each<[arns: readonly string[], template: string | undefined]>([
  [['arn:aws:s3:::b/a', 'arn:aws:s3:::b/a/b:c'], 'arn:aws:s3:::${BucketName}/${KeyName}'],
  [['arn:aws-cn:s3:::b', 'arn:aws-cn:s3:::c'], 'arn:aws-cn:s3:::${BucketName}'],
  [[`${USER}a`, `${USER}team/b`], 'arn:aws:iam::${Account}:user/${UserNameWithPath}'],
  [
    ['arn:aws:iam::aws:policy/X', 'arn:aws:iam::123456789012:policy/a/b'],
    'arn:aws:iam::${Account}:policy/${PolicyNameWithPath}',
  ],
  [['arn:aws:sts::123456789012:self'], 'arn:aws:sts::${Account}:self'],
  [['arn:aws:s3:::b/a', 'arn:aws-cn:s3:::b/a'], undefined],
  [['arn:aws:s3:::b/a', 'arn:aws:s3:::b'], undefined],
  [[`${USER}a`, '*'], undefined],
  [['arn:aws:sqs:eu-west-1:123456789012:q', 'arn:aws:sqs:eu-west-1:123456789012:r'], undefined],
  [['*', '*'], undefined],
  [[], undefined],
])('%j are together %s', (arns, template) => {
  expect(findResourceTemplate(arns)).toBe(template)
})
