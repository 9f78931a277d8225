import {
  boolean,
  integer,
  list,
  map,
  optional,
  required,
  string,
  structure,
} from '../../shapes/shape.ts'
import { arn, pageInput, pageOutput, policyDocument, policyName } from './iam-shapes.ts'

/** Policies that are given in the request. */
export const policyInputList = list(policyDocument)

const CONTEXT_KEY_TYPES = [
  'string',
  'stringList',
  'numeric',
  'numericList',
  'boolean',
  'booleanList',
  'ip',
  'ipList',
  'binary',
  'binaryList',
  'date',
  'dateList',
]

const contextEntry = structure('ContextEntry', {
  contextKeyName: optional(string({ minLength: 5, maxLength: 256 })),
  contextKeyValues: optional(list(string())),
  contextKeyType: optional(string({ values: CONTEXT_KEY_TYPES })),
})

const resourceName = string({ minLength: 1, maxLength: 2048 })

/** What both kinds of simulation take after their policies (botocore: the IAM service model). */
export const simulationInput = {
  permissionsBoundaryPolicyInputList: optional(policyInputList),
  actionNames: required(list(string({ minLength: 3, maxLength: 128 }))),
  resourceArns: optional(list(resourceName)),
  resourcePolicy: optional(policyDocument),
  resourceOwner: optional(resourceName),
  callerArn: optional(resourceName),
  contextEntries: optional(list(contextEntry)),
  ...pageInput,
} as const

/** What a principal's simulation leaves out. */
export const policyExclusionList = list(
  structure('PolicyIdentifier', {
    policyType: optional(
      string({
        values: ['inline', 'aws-managed', 'user-managed', 'permission-boundary', 'scp', 'rcp'],
      }),
    ),
    policyArn: optional(arn),
    inlinePolicyIdentifier: optional(
      structure('InlinePolicyIdentifierType', {
        policyName: required(policyName),
        attachmentType: required(string({ values: ['user', 'group', 'role'] })),
        attachmentName: required(policyName),
      }),
    ),
  }),
  { maxItems: 256 },
)

/** The service control policies of one level of an organization. */
export const organizationPolicyInputList = list(
  structure('OrderedOrganizationPolicyType', {
    serviceControlPolicyInputList: optional(policyInputList),
  }),
  { maxItems: 7 },
)

const position = structure('Position', {
  line: required(integer()),
  column: required(integer()),
})

const statements = list(
  structure('Statement', {
    sourcePolicyId: required(string()),
    sourcePolicyType: required(string()),
    startPosition: required(position),
    endPosition: required(position),
  }),
)

const boundaryDetail = structure('PermissionsBoundaryDecisionDetail', {
  allowedByPermissionsBoundary: required(boolean()),
})

const details = map(string())

/** What was found for one resource. */
export const resourceSpecificResult = structure('ResourceSpecificResult', {
  evalResourceName: required(string()),
  evalResourceDecision: required(string()),
  matchedStatements: optional(statements),
  missingContextValues: optional(list(string())),
  permissionsBoundaryDecisionDetail: optional(boundaryDetail),
})

/** What was found for one action. */
export const evaluationResult = structure('EvaluationResult', {
  evalActionName: required(string()),
  evalResourceName: optional(string()),
  evalDecision: required(string()),
  matchedStatements: required(statements),
  missingContextValues: required(list(string())),
  organizationsDecisionDetail: optional(
    structure('OrganizationsDecisionDetail', { allowedByOrganizations: required(boolean()) }),
  ),
  permissionsBoundaryDecisionDetail: optional(boundaryDetail),
  evalDecisionDetails: optional(details),
  resourceSpecificResults: optional(list(resourceSpecificResult)),
})

/** The output of both kinds of simulation. */
export const simulationOutput = structure('SimulatePolicyResponse', {
  evaluationResults: required(list(evaluationResult)),
  ...pageOutput,
})
