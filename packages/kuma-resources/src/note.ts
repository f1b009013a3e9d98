/**
 * `blocked`: it cannot be said in Cordon, and what holds it is not carried over, because a rule must never mean something else
 * than it did. `lost`: left out of what was carried over. `assumed`: taken in a way that nobody documents; look at it.
 * `needs`: it works once that is there. `changed`: said otherwise, with the same meaning.
 */
export type NoteKind = "blocked" | "lost" | "assumed" | "needs" | "changed";

export interface Note {
  readonly kind: NoteKind;
  /** Where in the resource: `filter.root.conditions[2]`, `scriptArgs`. */
  readonly path: string;
  /** One sentence for a person. */
  readonly message: string;
}

export type AddNote = (kind: NoteKind, path: string, message: string) => void;
