/** Members of a resource as it came: KUMA writes every member of every node, most of them empty, and versions differ. */
export type Raw = Readonly<Record<string, unknown>>;

export function isRaw(value: unknown): value is Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function textOf(raw: Raw, name: string): string {
  const value = raw[name];
  return typeof value === "string" ? value : "";
}

export function rawOf(raw: Raw, name: string): Raw | undefined {
  const value = raw[name];
  return isRaw(value) ? value : undefined;
}

export function listOf(raw: Raw, name: string): readonly unknown[] {
  const value = raw[name];
  return Array.isArray(value) ? value : [];
}

/** Says nothing: as KUMA writes a member that is not used. Objects and lists are, when all in them is. */
export function isBlank(value: unknown): boolean {
  if (value === null || value === undefined || value === "" || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isRaw(value) && Object.values(value).every(isBlank);
}

/** Names of members that say something and that nobody here reads. */
export function unreadMembers(raw: Raw, read: ReadonlySet<string>): readonly string[] {
  return Object.keys(raw).filter((name) => !read.has(name) && !isBlank(raw[name]));
}
