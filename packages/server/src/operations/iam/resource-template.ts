// biome-ignore-all lint/suspicious/noTemplateCurlyInString: so AWS writes the templates of its ARNs.
/**
 * What the resources of a type are called together, by what follows the partition in their ARNs.
 */
const TEMPLATES: readonly (readonly [resource: RegExp, template: string])[] = [
  // Observed for objects; the others are those of the Service Authorization Reference, UNVERIFIED.
  [/^s3:::[^/]+\/./, 's3:::${BucketName}/${KeyName}'],
  [/^s3:::[^/]+$/, 's3:::${BucketName}'],
  [/^iam::\d{12}:group\/./, 'iam::${Account}:group/${GroupNameWithPath}'],
  [
    /^iam::\d{12}:instance-profile\/./,
    'iam::${Account}:instance-profile/${InstanceProfileNameWithPath}',
  ],
  [/^iam::\d{12}:oidc-provider\/./, 'iam::${Account}:oidc-provider/${OidcProviderName}'],
  [/^iam::(?:\d{12}|aws):policy\/./, 'iam::${Account}:policy/${PolicyNameWithPath}'],
  [/^iam::\d{12}:role\/./, 'iam::${Account}:role/${RoleNameWithPath}'],
  [/^iam::\d{12}:user\/./, 'iam::${Account}:user/${UserNameWithPath}'],
  [/^sts::\d{12}:self$/, 'sts::${Account}:self'],
]

/**
 * What an answer calls several resources that are asked about at once: the template of their type
 * (aws-wire-news §8). Undefined for resources of several types or partitions, or of a type that is not
 * known here.
 */
export function findResourceTemplate(arns: readonly string[]): string | undefined {
  const [template, ...others] = new Set(arns.map(findTemplate))
  return others.length === 0 ? template : undefined
}

function findTemplate(arn: string): string | undefined {
  const [, partition, rest = ''] = /^arn:([^:]+):(.*)$/s.exec(arn) ?? []
  const [, template] = TEMPLATES.find(([resource]) => resource.test(rest)) ?? []
  return template === undefined ? undefined : `arn:${partition}:${template}`
}
