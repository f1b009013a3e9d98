import { API_PREFIX } from "@cordon/contracts/api";
import { AppError } from "@cordon/core/kernel";
import * as z from "zod";
import { toApiFailure } from "./api-failure.ts";
import type { Answer, Outgoing, Send } from "./send-request.ts";

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** The admin API. Answers are read by the contract's schemas, so what is printed has their shape and nothing else. */
export interface ApiClient {
  get<T extends z.ZodType>(path: string, schema: T, query?: Query): Promise<z.output<T>>;
  post<T extends z.ZodType>(path: string, body: unknown, schema: T): Promise<z.output<T>>;
  put<T extends z.ZodType>(path: string, body: unknown, schema: T): Promise<z.output<T>>;
  /** Sends a text of its own type; waits as long as a large one takes. */
  postText<T extends z.ZodType>(
    path: string,
    text: string,
    contentType: string,
    schema: T,
    query?: Query,
  ): Promise<z.output<T>>;
  /** An answer that is no JSON. */
  text(path: string, query?: Query): Promise<string>;
  delete(path: string, query?: Query): Promise<void>;
  /** Items of a paged list, at most `limit`; `more` when the coordinator has further ones. */
  list<T>(path: string, schema: z.ZodType<PageOf<T>>, list?: ListOptions): Promise<Listed<T>>;
}

/** As the contract's `pageOf` reads it. */
interface PageOf<T> {
  readonly items: readonly T[];
  readonly nextCursor?: string | undefined;
}

export interface ListOptions {
  readonly query?: Query;
  readonly limit?: number;
  /** Told after each page. */
  readonly onProgress?: ((items: number) => void) | undefined;
}

export interface Listed<T> {
  readonly items: readonly T[];
  readonly more: boolean;
}

/** A page as large as the API gives. */
const PAGE_MAX = 500;
/** A million entries of a list are written, or removed, in minutes on a slow machine. */
const LONG_ANSWER_MS_MAX = 600_000;
/** Nobody reads more, and memory must end somewhere; narrower filters find the rest. */
export const LIST_MAX = 100_000;

export function createApiClient(send: Send, signal: AbortSignal): ApiClient {
  async function call<T extends z.ZodType>(outgoing: Outgoing, schema: T): Promise<z.output<T>> {
    const answer = await send({ ...outgoing, path: `${API_PREFIX}${outgoing.path}` }, signal);
    const json = parseJson(answer);
    if (isRefusal(answer, json)) {
      throw toApiFailure(answer.status, json) ?? unexpected(outgoing, `HTTP ${answer.status} in another shape`);
    }
    const parsed = schema.safeParse(json);
    if (parsed.success) return parsed.data;
    throw unexpected(outgoing, z.prettifyError(parsed.error).split("\n").slice(0, 4).join(" "));
  }
  const get: ApiClient["get"] = (path, schema, query = {}) =>
    call({ method: "GET", path: withQuery(path, query), body: undefined }, schema);
  const writing =
    (method: string): ApiClient["post"] =>
    (path, body, schema) =>
      call({ method, path, body: JSON.stringify(body) }, schema);
  return {
    get,
    post: writing("POST"),
    put: writing("PUT"),
    postText: (path, text, contentType, schema, query = {}) =>
      call(
        { method: "POST", path: withQuery(path, query), body: text, contentType, answerMsMax: LONG_ANSWER_MS_MAX },
        schema,
      ),
    async text(path, query = {}) {
      const outgoing = {
        method: "GET",
        path: withQuery(path, query),
        body: undefined,
        answerMsMax: LONG_ANSWER_MS_MAX,
      };
      const answer = await send({ ...outgoing, path: `${API_PREFIX}${outgoing.path}` }, signal);
      if (answer.status === 200) return answer.text;
      throw (
        toApiFailure(answer.status, parseJson(answer)) ?? unexpected(outgoing, `HTTP ${answer.status} in another shape`)
      );
    },
    delete: (path, query = {}) =>
      call(
        { method: "DELETE", path: withQuery(path, query), body: undefined, answerMsMax: LONG_ANSWER_MS_MAX },
        z.undefined(),
      ),
    async list<T>(path: string, schema: z.ZodType<PageOf<T>>, options: ListOptions = {}) {
      const { query = {}, limit = LIST_MAX, onProgress } = options;
      const items: T[] = [];
      let cursor: string | undefined;
      do {
        const wanted = { ...query, cursor, limit: Math.min(PAGE_MAX, limit - items.length) };
        const page: PageOf<T> = await get(path, schema, wanted);
        items.push(...page.items);
        cursor = page.nextCursor;
        onProgress?.(items.length);
      } while (cursor !== undefined && items.length < limit);
      return { items, more: cursor !== undefined };
    },
  };
}

/** Health answers 503 with its findings, which is an answer like another. */
function isRefusal({ status }: Answer, json: unknown): boolean {
  return (
    (status < 200 || status > 299) && !(status === 503 && json !== null && typeof json === "object" && "ok" in json)
  );
}

function parseJson({ status, text }: Answer): unknown {
  if (status === 204) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unexpected({ method, path }: Outgoing, what: string): AppError {
  return new AppError("cli.unexpected_answer", `${method} ${path}: ${what}`);
}

function withQuery(path: string, query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return search.size === 0 ? path : `${path}?${search}`;
}

/** A path with its variable parts escaped: an id of a user's can never become another route. */
export function apiPath(parts: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  return parts.reduce((path, part, index) => {
    const value = values[index];
    return `${path}${part}${value === undefined ? "" : encodeURIComponent(value)}`;
  }, "");
}
