import type { Clock, Random } from "@cordon/core/kernel";

/** The world as a command sees it; the program hands in the real one, tests their own. */
export interface CliContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly random: Random;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Standard output is a terminal that can be redrawn and coloured. */
  readonly terminal: Terminal | undefined;
  /** Somebody can be asked; undefined when nobody sits there. */
  readonly ask: Ask | undefined;
  /** Opens an address in the user's browser; false when that cannot be done here. */
  readonly browse: (url: string) => Promise<boolean>;
  /** All of standard input. */
  readonly readStdin: () => Promise<string>;
}

export interface Terminal {
  readonly colours: boolean;
  /** Replaces what was drawn before. */
  draw(text: string): void;
  /** What was drawn stays; writing goes on below it. */
  keep(): void;
}

export interface Ask {
  /** What is typed is not shown. */
  secret(question: string): Promise<string>;
  yes(question: string): Promise<boolean>;
}
