import type { Role } from '../../principals/entities.ts'

const TASK = /^task(\/aws-service-role\/[^/]+\/)([^/]+)\/[0-9a-f-]{36}$/

/** The id of the deletion of a service-linked role (AWS IAM API Reference: DeleteServiceLinkedRole). */
export function formatDeletionTask(
  { path, name }: Pick<Role, 'path' | 'name'>,
  id: string,
): string {
  return `task${path}${name}/${id}`
}

/** Path and name of the role that a deletion was of; null for what is no id of one. */
export function parseDeletionTask(task: string): Pick<Role, 'path' | 'name'> | null {
  const [, path, name] = TASK.exec(task) ?? []
  return path === undefined || name === undefined ? null : { path, name }
}
