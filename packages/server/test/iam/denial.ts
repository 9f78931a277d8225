/** The text for a user of the account whom no policy allows an action. */
export function formatDenial(caller: string, action: string, resource: string): string {
  return `User: arn:aws:iam::123456789012:user/${caller} is not authorized to perform: iam:${action} on resource: ${resource} because no identity-based policy allows the iam:${action} action`
}
