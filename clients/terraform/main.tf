# What a platform engineer keeps in Terraform, in two stages: everything is made in the first, and
# everything that can change is changed on the way to the third. A name and tags are changed one
# after the other, because the provider sets tags under the new name before it renames.

terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

variable "endpoint" {
  type = string
}

variable "stage" {
  type = number
}

provider "aws" {
  region                  = "eu-west-1"
  skip_metadata_api_check = true
  skip_region_validation  = true

  endpoints {
    iam = var.endpoint
    sts = var.endpoint
  }
}

locals {
  changed = var.stage > 1
  renamed = var.stage > 2
  tags    = local.changed ? { team = "b" } : { team = "a", stage = "first" }
}

resource "aws_iam_openid_connect_provider" "ci" {
  url             = "https://ci.example.org"
  client_id_list  = local.changed ? ["sts.amazonaws.com", "new"] : ["sts.amazonaws.com", "old"]
  thumbprint_list = [local.changed ? "2b18947a6a9fc7764fd8b5fb18a863b0c6dac24f" : "9e99a48a9960b14926bb7f3b02e22da2b0ab7280"]
  tags            = local.tags
}

resource "aws_iam_policy" "tokens" {
  name        = "tokens"
  path        = "/apps/"
  description = "May have tokens"
  tags        = local.tags

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = local.changed ? ["sts:GetWebIdentityToken", "sts:TagGetWebIdentityToken"] : ["sts:GetWebIdentityToken"]
      Resource = "*"
    }]
  })
}

resource "aws_iam_role" "app" {
  name                 = "app"
  path                 = "/apps/"
  description          = local.changed ? "An application, changed" : "An application"
  max_session_duration = local.changed ? 7200 : 3600
  permissions_boundary = local.changed ? aws_iam_policy.tokens.arn : null
  tags                 = local.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = aws_iam_openid_connect_provider.ci.arn }
      Condition = { StringEquals = { "ci.example.org:aud" = local.changed ? "new" : "sts.amazonaws.com" } }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "app" {
  role       = aws_iam_role.app.name
  policy_arn = local.changed ? "arn:aws:iam::aws:policy/ReadOnlyAccess" : aws_iam_policy.tokens.arn
}

resource "aws_iam_role_policy" "app" {
  name = "who-am-i"
  role = aws_iam_role.app.id

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:GetCallerIdentity", Resource = "*" }]
  })
}

resource "aws_iam_user" "bob" {
  name                 = local.renamed ? "robert" : "bob"
  path                 = local.renamed ? "/people/" : "/"
  force_destroy        = true
  permissions_boundary = local.changed ? null : aws_iam_policy.tokens.arn
  tags                 = local.tags
}

resource "aws_iam_access_key" "bob" {
  user   = aws_iam_user.bob.name
  status = local.changed ? "Inactive" : "Active"
}

resource "aws_iam_user_policy" "bob" {
  name = "himself"
  user = aws_iam_user.bob.name

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "iam:GetUser", Resource = "*" }]
  })
}

resource "aws_iam_user_policy_attachment" "bob" {
  user       = aws_iam_user.bob.name
  policy_arn = aws_iam_policy.tokens.arn
}

resource "aws_iam_group" "devs" {
  name = local.renamed ? "developers" : "devs"
  path = local.renamed ? "/teams/" : "/"
}

resource "aws_iam_group" "ops" {
  name = "ops"
}

resource "aws_iam_group_policy" "ops" {
  name  = "look"
  group = aws_iam_group.ops.name

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "iam:List*", Resource = "*" }]
  })
}

resource "aws_iam_group_policy_attachment" "devs" {
  group      = aws_iam_group.devs.name
  policy_arn = "arn:aws:iam::aws:policy/IAMReadOnlyAccess"
}

resource "aws_iam_user_group_membership" "bob" {
  user   = aws_iam_user.bob.name
  groups = local.changed ? [aws_iam_group.ops.name] : [aws_iam_group.devs.name, aws_iam_group.ops.name]
}

# What has no use in Credence beyond being there: instances and services of AWS would take it.

resource "aws_iam_role" "machine" {
  name = "machine"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "machine" {
  for_each = toset(concat(
    ["AmazonSSMManagedInstanceCore", "CloudWatchAgentServerPolicy"],
    local.changed ? ["AWSDenyAll"] : []
  ))
  role       = aws_iam_role.machine.name
  policy_arn = "arn:aws:iam::aws:policy/${each.key}"
}

resource "aws_iam_instance_profile" "machine" {
  name = "machine"
  path = "/machines/"
  role = local.changed ? aws_iam_role.app.name : aws_iam_role.machine.name
  tags = local.tags
}

resource "aws_iam_service_linked_role" "ecs" {
  aws_service_name = "ecs.amazonaws.com"
  description      = local.changed ? "Changed" : "For containers"
  tags             = local.tags
}

resource "aws_iam_service_linked_role" "scaling" {
  aws_service_name = "autoscaling.amazonaws.com"
  custom_suffix    = "mine"
}

resource "aws_iam_account_alias" "this" {
  account_alias = local.changed ? "example-two" : "example-one"
}

resource "aws_iam_policy_attachment" "auditors" {
  name       = "auditors"
  groups     = [aws_iam_group.ops.name]
  users      = local.changed ? [aws_iam_user.bob.name] : []
  policy_arn = data.aws_iam_policy.audit.arn
}

data "aws_iam_policy" "audit" {
  name = "SecurityAudit"
}

data "aws_iam_policy" "billing" {
  arn = "arn:aws:iam::aws:policy/job-function/Billing"
}

data "aws_iam_account_alias" "this" {
  depends_on = [aws_iam_account_alias.this]
}

data "aws_iam_instance_profile" "machine" {
  name = aws_iam_instance_profile.machine.name
}

data "aws_iam_instance_profiles" "app" {
  role_name  = aws_iam_role.machine.name
  depends_on = [aws_iam_instance_profile.machine]
}

data "aws_iam_role" "app" {
  name = aws_iam_role.app.name
}

data "aws_iam_roles" "linked" {
  path_prefix = "/aws-service-role/"
  depends_on  = [aws_iam_service_linked_role.ecs]
}

data "aws_iam_users" "all" {
  depends_on = [aws_iam_user.bob]
}

data "aws_iam_group" "ops" {
  group_name = aws_iam_group.ops.name
  depends_on = [aws_iam_user_group_membership.bob]
}

data "aws_iam_access_keys" "bob" {
  user       = aws_iam_user.bob.name
  depends_on = [aws_iam_access_key.bob]
}

data "aws_iam_openid_connect_provider" "ci" {
  arn = aws_iam_openid_connect_provider.ci.arn
}

data "aws_iam_session_context" "me" {
  arn = data.aws_caller_identity.me.arn
}

data "aws_iam_principal_policy_simulation" "bob" {
  action_names      = ["iam:GetUser"]
  policy_source_arn = aws_iam_user.bob.arn
  depends_on        = [aws_iam_user_policy.bob]
}

data "aws_caller_identity" "me" {}

data "aws_iam_user" "bob" {
  user_name = aws_iam_user.bob.name
}
