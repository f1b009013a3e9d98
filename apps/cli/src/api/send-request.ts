import { Agent, type RequestOptions, request } from "node:https";
import { AppError, type Secret } from "@cordon/core/kernel";

/** Connecting, and the coordinator's whole answer. Its slowest answer is that of a release to a site, well below. */
const ANSWER_MS_MAX = 60_000;
/** The largest page: 500 events of which none may be larger than its intake takes, seldom near that. */
const ANSWER_BYTES_MAX = 256 * 1_048_576;

export interface Target {
  /** `https://host:port`. */
  readonly url: URL;
  /** PEM of the only roots to trust; undefined: those that Node trusts. */
  readonly ca: string | undefined;
  /** Undefined: for what nobody has to be logged in. */
  readonly token: Secret | undefined;
  /** `HTTPS_PROXY` and `NO_PROXY` are heeded. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

export interface Outgoing {
  readonly method: string;
  readonly path: string;
  readonly body: string | undefined;
  /** Of the body; JSON when absent. */
  readonly contentType?: string;
  /** A minute when absent. */
  readonly answerMsMax?: number;
}

export type Send = (outgoing: Outgoing, signal: AbortSignal) => Promise<Answer>;

/** Sends requests over one kept connection. TLS is always verified: there is no switch for it. */
export function createSend({ url, ca, token, env }: Target): Send {
  const agent = new Agent({ keepAlive: true, maxSockets: 4, proxyEnv: { ...env } });
  return ({ method, path, body, contentType = "application/json", answerMsMax = ANSWER_MS_MAX }, signal) => {
    const options: RequestOptions = {
      method,
      agent,
      ...(ca === undefined ? {} : { ca }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerMsMax)]),
      headers: {
        accept: "application/json",
        ...(token === undefined ? {} : { authorization: `Bearer ${token.reveal()}` }),
        ...(body === undefined
          ? {}
          : { "content-type": contentType, "content-length": String(Buffer.byteLength(body)) }),
      },
    };
    return new Promise((resolve, reject) => {
      const fail = (cause: unknown) => reject(signal.aborted ? signal.reason : toFailure(url, cause));
      const outgoing = request(new URL(path, url), options, (incoming) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        incoming.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
          chunks.push(chunk);
          if (bytes > ANSWER_BYTES_MAX) incoming.destroy(new Error("the answer is too long"));
        });
        incoming.on("error", fail);
        incoming.on("end", () =>
          resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") }),
        );
      });
      outgoing.on("error", fail);
      outgoing.end(body);
    });
  };
}

/** OpenSSL's and Node's words for a certificate that is not the one that should be there. */
const UNTRUSTED =
  /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_|CERT_|ERR_TLS_CERT_ALTNAME_INVALID|INVALID_CA|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH)/;

function toFailure(url: URL, cause: unknown): AppError {
  const code = codeOf(cause);
  const text = cause instanceof Error ? cause.message : String(cause);
  const reason = text === "" ? code : text;
  if (UNTRUSTED.test(code)) return new AppError("cli.certificate_untrusted", `${url.host}: ${reason}`, { cause });
  const where = url.port === "" ? `${url.host}:443` : url.host;
  return new AppError("cli.unreachable", `${where}: ${WORDS[code] ?? reason}`, { cause });
}

/** Several addresses of one name fail as one error that holds theirs. */
function codeOf(cause: unknown): string {
  if (cause instanceof AggregateError) return codeOf(cause.errors[0]);
  if (cause instanceof Error && cause.name === "TimeoutError") return "TimeoutError";
  return cause instanceof Error && "code" in cause ? String(cause.code) : "";
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "the connection was cut; does that port speak TLS?",
  EHOSTUNREACH: "there is no way to that machine",
  ENETUNREACH: "there is no way to that network",
  ENOTFOUND: "no such name",
  EAI_AGAIN: "the name cannot be looked up just now",
  EPROTO: "what listens there does not speak TLS",
  ERR_SSL_WRONG_VERSION_NUMBER: "what listens there does not speak TLS",
  ETIMEDOUT: "no answer from that machine",
  TimeoutError: `no answer within ${ANSWER_MS_MAX / 1_000} s`,
};
