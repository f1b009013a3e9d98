import type { FoundPolicy } from "./policy-file.ts";

/** Where the site's policy lies, and how it is read. */
export interface PolicySource {
  readonly file: string;
  read(file: string): FoundPolicy;
}

/** What reads policies is loaded where there is one. */
export async function policySourceOf(file: string | undefined): Promise<PolicySource | undefined> {
  if (file === undefined) return undefined;
  const { readPolicyFile } = await import("./policy-file.ts");
  return { file, read: readPolicyFile };
}
