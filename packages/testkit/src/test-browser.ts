import { request as plainRequest } from "node:http";
import { request } from "node:https";

export interface Page {
  /** Where it came from after all redirections. */
  readonly url: URL;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface Visit {
  readonly method?: string;
  /** A form's fields. */
  readonly form?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** A redirection to such an address is not followed: the page is the redirection. */
  readonly stopAt?: (url: URL) => boolean;
}

/** What a browser does for a login: cookies per host as they were set, and redirections. No scripts. */
export interface TestBrowser {
  visit(url: string, visit?: Visit): Promise<Page>;
  /** As set; undefined: none of this name. */
  cookie(host: string, name: string): string | undefined;
  setCookie(host: string, name: string, value: string): void;
  /** Every `Set-Cookie` header that came. */
  readonly setCookies: readonly string[];
}

const REDIRECTS_MAX = 20;

/** `roots`: PEM of what it trusts, and nothing else. */
export function openTestBrowser(roots: readonly string[]): TestBrowser {
  const jars = new Map<string, Map<string, string>>();
  const setCookies: string[] = [];
  const jarOf = (host: string): Map<string, string> => {
    const jar = jars.get(host) ?? new Map<string, string>();
    jars.set(host, jar);
    return jar;
  };

  function keep(host: string, header: string): void {
    setCookies.push(header);
    const [pair = "", ...attributes] = header.split(";").map((part) => part.trim());
    const at = pair.indexOf("=");
    const name = pair.slice(0, at);
    const gone = attributes.some((one) => /^max-age=0$/i.test(one) || /^expires=Thu, 01 Jan 1970/i.test(one));
    if (gone) jarOf(host).delete(name);
    else jarOf(host).set(name, pair.slice(at + 1));
  }

  function once(url: URL, visit: Visit): Promise<Page> {
    const body = visit.form === undefined ? undefined : new URLSearchParams(visit.form).toString();
    const cookies = [...jarOf(url.host)].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = {
      accept: "text/html",
      ...(cookies === "" ? {} : { cookie: cookies }),
      ...(body === undefined
        ? {}
        : { "content-type": "application/x-www-form-urlencoded", "content-length": body.length }),
      ...visit.headers,
    };
    const options = { method: visit.method ?? (body === undefined ? "GET" : "POST"), headers, agent: false as const };
    return new Promise((resolve, reject) => {
      const send =
        url.protocol === "https:" ? request(url, { ...options, ca: [...roots] }) : plainRequest(url, options);
      send.on("response", (incoming) => {
        let text = "";
        incoming.setEncoding("utf8");
        incoming.on("data", (chunk: string) => {
          text += chunk;
        });
        incoming.on("error", reject);
        incoming.on("end", () => {
          for (const header of incoming.headers["set-cookie"] ?? []) keep(url.host, header);
          resolve({ url, status: incoming.statusCode ?? 0, headers: incoming.headers, text });
        });
      });
      send.on("error", reject);
      send.end(body);
    });
  }

  return {
    setCookies,
    cookie: (host, name) => jarOf(host).get(name),
    setCookie: (host, name, value) => void jarOf(host).set(name, value),
    async visit(first, visit = {}) {
      let page = await once(new URL(first), visit);
      for (let hop = 0; hop < REDIRECTS_MAX; hop++) {
        const { location } = page.headers;
        if (page.status < 300 || page.status > 399 || typeof location !== "string") return page;
        const next = new URL(location, page.url);
        if (visit.stopAt?.(next) === true) return page;
        page = await once(next, {});
      }
      throw new Error(`more than ${REDIRECTS_MAX} redirections from ${first}`);
    },
  };
}
