const ID_CHARS_MAX = 64;

/** Ids out of names as people gave them: `Auto isolate (RANSOM)` → `auto-isolate-ransom`, each only once. */
export function createRuleNames(): (name: string, kumaId: string) => string {
  const taken = new Set<string>();
  return (name, kumaId) => {
    // A name without Latin letters leaves nothing, and then KUMA's own id tells them apart.
    const base = slug(name) || slug(`kuma-${kumaId}`) || "kuma-rule";
    let id = base;
    for (let number = 2; taken.has(id); number++) id = `${base.slice(0, ID_CHARS_MAX - 6)}-${number}`;
    taken.add(id);
    return id;
  };
}

function slug(text: string): string {
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, ID_CHARS_MAX)
    .replaceAll(/^-+|-+$/g, "");
}
