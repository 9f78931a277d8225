# Everything that has an id of its own, taken over by a state that knows nothing yet. Stands beside
# `main.tf` in the last stage alone, when all names are known.

locals {
  account = "123456789012"
}

import {
  to = aws_iam_openid_connect_provider.ci
  id = "arn:aws:iam::${local.account}:oidc-provider/ci.example.org"
}

import {
  to = aws_iam_policy.tokens
  id = "arn:aws:iam::${local.account}:policy/apps/tokens"
}

import {
  to = aws_iam_role.app
  id = "app"
}

import {
  to = aws_iam_role_policy_attachment.app
  id = "app/arn:aws:iam::aws:policy/ReadOnlyAccess"
}

import {
  to = aws_iam_role_policy.app
  id = "app:who-am-i"
}

import {
  to = aws_iam_user.bob
  id = "robert"
}

import {
  to = aws_iam_user_policy.bob
  id = "robert:himself"
}

import {
  to = aws_iam_user_policy_attachment.bob
  id = "robert/arn:aws:iam::${local.account}:policy/apps/tokens"
}

import {
  to = aws_iam_group.devs
  id = "developers"
}

import {
  to = aws_iam_group.ops
  id = "ops"
}

import {
  to = aws_iam_group_policy.ops
  id = "ops:look"
}

import {
  to = aws_iam_group_policy_attachment.devs
  id = "developers/arn:aws:iam::aws:policy/IAMReadOnlyAccess"
}

import {
  to = aws_iam_user_group_membership.bob
  id = "robert/ops"
}

import {
  to = aws_iam_role.machine
  id = "machine"
}

import {
  for_each = toset(["AmazonSSMManagedInstanceCore", "CloudWatchAgentServerPolicy", "AWSDenyAll"])
  to       = aws_iam_role_policy_attachment.machine[each.key]
  id       = "machine/arn:aws:iam::aws:policy/${each.key}"
}

import {
  to = aws_iam_instance_profile.machine
  id = "machine"
}

import {
  to = aws_iam_service_linked_role.ecs
  id = "arn:aws:iam::${local.account}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"
}

import {
  to = aws_iam_service_linked_role.scaling
  id = "arn:aws:iam::${local.account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling_mine"
}

import {
  to = aws_iam_account_alias.this
  id = "example-two"
}
