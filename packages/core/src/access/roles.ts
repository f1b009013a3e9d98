/** In rising order of what they may do; who has a later one may do at least what a viewer may. */
export const ROLES = [
  "viewer",
  "responder",
  "approver",
  "rule-author",
  "site-admin",
  "tenant-admin",
  "platform-admin",
] as const;

export type Role = (typeof ROLES)[number];
