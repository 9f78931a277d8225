/** How a service of AWS's names the role that is linked to it. */
export interface ServiceLink {
  readonly roleName: string
  /** The role's managed policy, one of those below `/aws-service-role/`. Null when it is not known. */
  readonly policyName: string | null
  /** Whether the service accepts several such roles, told apart by a suffix. */
  readonly takesSuffix: boolean
}

/** The rows: service, role after `AWSServiceRoleFor`, policy, each as the guide of the service names it. */
const ROWS: readonly (readonly [service: string, role: string, policy: string])[] = [
  ['access-analyzer', 'AccessAnalyzer', 'AccessAnalyzerServiceRolePolicy'],
  ['autoscaling', 'AutoScaling', 'AutoScalingServiceRolePolicy'],
  ['backup', 'Backup', 'AWSBackupServiceLinkedRolePolicyForBackup'],
  ['batch', 'Batch', 'BatchServiceRolePolicy'],
  ['cloud9', 'AWSCloud9', 'AWSCloud9ServiceRolePolicy'],
  ['cloudtrail', 'CloudTrail', 'CloudTrailServiceRolePolicy'],
  ['config', 'Config', 'AWSConfigServiceRolePolicy'],
  ['dax', 'DAX', 'DAXServiceRolePolicy'],
  [
    'dynamodb.application-autoscaling',
    'ApplicationAutoScaling_DynamoDBTable',
    'AWSApplicationAutoscalingDynamoDBTablePolicy',
  ],
  [
    'ecs.application-autoscaling',
    'ApplicationAutoScaling_ECSService',
    'AWSApplicationAutoscalingECSServicePolicy',
  ],
  ['ecs', 'ECS', 'AmazonECSServiceRolePolicy'],
  ['eks', 'AmazonEKS', 'AmazonEKSServiceRolePolicy'],
  ['eks-fargate', 'AmazonEKSForFargate', 'AmazonEKSForFargateServiceRolePolicy'],
  ['eks-nodegroup', 'AmazonEKSNodegroup', 'AWSServiceRoleForAmazonEKSNodegroup'],
  ['elasticache', 'ElastiCache', 'ElastiCacheServiceRolePolicy'],
  ['elasticbeanstalk', 'ElasticBeanstalk', 'AWSElasticBeanstalkServiceRolePolicy'],
  ['elasticfilesystem', 'AmazonElasticFileSystem', 'AmazonElasticFileSystemServiceRolePolicy'],
  ['elasticloadbalancing', 'ElasticLoadBalancing', 'AWSElasticLoadBalancingServiceRolePolicy'],
  ['es', 'AmazonElasticsearchService', 'AmazonElasticsearchServiceRolePolicy'],
  ['fms', 'FMS', 'FMSServiceRolePolicy'],
  ['globalaccelerator', 'GlobalAccelerator', 'AWSGlobalAcceleratorSLRPolicy'],
  ['guardduty', 'AmazonGuardDuty', 'AmazonGuardDutyServiceRolePolicy'],
  ['inspector2', 'AmazonInspector2', 'AmazonInspector2ServiceRolePolicy'],
  ['kafka', 'Kafka', 'KafkaServiceRolePolicy'],
  [
    'lambda.application-autoscaling',
    'ApplicationAutoScaling_LambdaConcurrency',
    'AWSApplicationAutoscalingLambdaConcurrencyPolicy',
  ],
  ['macie', 'AmazonMacie', 'AmazonMacieServiceRolePolicy'],
  ['memorydb', 'MemoryDB', 'MemoryDBServiceRolePolicy'],
  ['network-firewall', 'NetworkFirewall', 'AWSNetworkFirewallServiceRolePolicy'],
  ['ops.apigateway', 'APIGateway', 'APIGatewayServiceRolePolicy'],
  ['opensearchservice', 'AmazonOpenSearchService', 'AmazonOpenSearchServiceRolePolicy'],
  ['organizations', 'Organizations', 'AWSOrganizationsServiceTrustPolicy'],
  ['ram', 'ResourceAccessManager', 'AWSResourceAccessManagerServiceRolePolicy'],
  [
    'rds.application-autoscaling',
    'ApplicationAutoScaling_RDSCluster',
    'AWSApplicationAutoscalingRDSClusterPolicy',
  ],
  ['rds', 'RDS', 'AmazonRDSServiceRolePolicy'],
  ['redshift', 'Redshift', 'AmazonRedshiftServiceLinkedRolePolicy'],
  ['replication.dynamodb', 'DynamoDBReplication', 'DynamoDBReplicationServiceRolePolicy'],
  [
    'sagemaker.application-autoscaling',
    'ApplicationAutoScaling_SageMakerEndpoint',
    'AWSApplicationAutoscalingSageMakerEndpointPolicy',
  ],
  ['securityhub', 'SecurityHub', 'AWSSecurityHubServiceRolePolicy'],
  ['spot', 'EC2Spot', 'AWSEC2SpotServiceRolePolicy'],
  ['spotfleet', 'EC2SpotFleet', 'AWSEC2SpotFleetServiceRolePolicy'],
  ['ssm', 'AmazonSSM', 'AmazonSSMServiceRolePolicy'],
  ['sso', 'SSO', 'AWSSSOServiceRolePolicy'],
  ['support', 'Support', 'AWSSupportServiceRolePolicy'],
  ['transitgateway', 'VPCTransitGateway', 'AWSVPCTransitGatewayServiceRolePolicy'],
  ['trustedadvisor', 'TrustedAdvisor', 'AWSTrustedAdvisorServiceRolePolicy'],
]

/** Services that take a suffix (Amazon EC2 Auto Scaling User Guide: Service-linked roles). */
const TAKES_SUFFIX: ReadonlySet<string> = new Set(['autoscaling'])

const SERVICE = /^([a-z0-9-]+(?:\.[a-z0-9-]+)*)\.amazonaws\.com(?:\.cn)?$/

const LINKS: ReadonlyMap<string, ServiceLink> = new Map(
  ROWS.map(([service, role, policyName]) => [
    service,
    {
      roleName: `AWSServiceRoleFor${role}`,
      policyName,
      takesSuffix: TAKES_SUFFIX.has(service),
    },
  ]),
)

/**
 * How a service names its role. A service that is not in the table gets a name made from its own, no
 * policy, and any suffix. Null for a text that does not look like the name of a service of AWS's
 * (`ecs.amazonaws.com`).
 */
export function findServiceLink(principal: string): ServiceLink | null {
  const [, service = ''] = SERVICE.exec(principal) ?? []
  if (service === '') return null
  const known = LINKS.get(service)
  if (known !== undefined) return known
  const words = service.split(/[.-]/).map(word => word.charAt(0).toUpperCase() + word.slice(1))
  return { roleName: `AWSServiceRoleFor${words.join('')}`, policyName: null, takesSuffix: true }
}
