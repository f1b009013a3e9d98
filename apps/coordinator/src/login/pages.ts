import type { LoginSession } from "@cordon/contracts/api";
import type { ErrorSpec } from "@cordon/core/kernel";

export interface Html {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Nothing is loaded and no script runs; `formTargets` are the origins that its forms may lead to. */
function page(title: string, inner: string, formTargets: readonly string[] = []): Html {
  const policy = [
    "default-src 'none'",
    `form-action ${formTargets.length === 0 ? "'none'" : formTargets.join(" ")}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ];
  return {
    body: `<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>${plain(title)} - Cordon</title>\n<h1>${plain(title)}</h1>\n${inner}\n</html>\n`,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policy.join("; "),
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
    },
  };
}

/** Who one is, and a way out. `providerOrigin`: where signing out leads on to. */
export function sessionPage(session: LoginSession, providerOrigin: string | undefined): Html {
  const { name, displayName, groups, rights, csrfToken } = session;
  const lines = [
    `<p>You are signed in as <strong>${plain(displayName ?? name)}</strong>, here called <code>${plain(name)}</code>.`,
    groups.length === 0 ? "" : `<p>Your groups: ${groups.map((group) => `<code>${plain(group)}</code>`).join(", ")}.`,
    rights
      ? ""
      : `<p><strong>Nothing is allowed to you yet.</strong> Ask an administrator to give <code>${plain(name)}</code>, or one of your groups, a role.`,
    csrfToken === undefined
      ? ""
      : `<form method="post" action="/auth/logout"><input type="hidden" name="csrf" value="${plain(csrfToken)}"><button>Sign out</button></form>`,
  ];
  const targets = ["'self'", ...(providerOrigin === undefined ? [] : [providerOrigin])];
  return page("Signed in", lines.filter((line) => line !== "").join("\n"), targets);
}

/** The person has to say that the command line is theirs: a link from somebody else could have begun it. */
export function allowPage(ask: {
  readonly name: string;
  readonly code: string;
  readonly port: number;
  /** Shown in the terminal too. */
  readonly words: string;
}): Html {
  const inner = `<p>A command line on this machine wants to act as <strong>${plain(ask.name)}</strong>.
<p>Your terminal shows <strong>${plain(ask.words)}</strong>? Then go on. If you did not just run <code>cordon login</code>, close this page.
<form method="post" action="/auth/cli/allow"><input type="hidden" name="code" value="${plain(ask.code)}"><button>Allow</button></form>`;
  return page("Sign in on the command line", inner, ["'self'", `http://127.0.0.1:${ask.port}`]);
}

export function signedOutPage(): Html {
  return page("Signed out", `<p>You are signed out. <a href="/auth/login">Sign in</a>`);
}

export function errorPage({ text, mend }: ErrorSpec): Html {
  return page("Not signed in", `<p>${plain(text)}\n<p>${plain(mend)}\n<p><a href="/auth/login">Sign in</a>`);
}

function plain(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
