import { parseDuration } from "./duration.ts";
import type { ArgumentForm } from "./rule.ts";
import { parseIpAddress } from "./subnet.ts";
import type { Scalar } from "./when.ts";

const MD5 = /^[0-9a-fA-F]{32}$/;
const SHA256 = /^[0-9a-fA-F]{64}$/;
/** A drive, a share, a root, or an environment variable and what is below. */
const PATH = /^(?:[A-Za-z]:[\\/]|\\\\[^\\]|\/|%[^%\\/]+%[\\/])[^\p{Cc}]*$/u;
const DOMAIN = /^(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])\.?$/i;
const URL_FORM = /^[a-z][a-z0-9+.-]{0,30}:\/\/[^\s\p{Cc}]+$/iu;
const WHOLE = /^\d{1,15}$/;
const PID_MAX = 4_294_967_295;

/** [R25] The value as the form has it (a duration in seconds), or undefined when it is not of that form. */
export function readForm(form: ArgumentForm, value: Scalar): Scalar | undefined {
  const text = String(value).trim();
  switch (form) {
    case "md5":
      return MD5.test(text) ? text : undefined;
    case "sha256":
      return SHA256.test(text) ? text : undefined;
    case "path":
      return PATH.test(text) ? text : undefined;
    case "pid":
      return WHOLE.test(text) && Number(text) >= 1 && Number(text) <= PID_MAX ? Number(text) : undefined;
    case "duration":
      return WHOLE.test(text) ? Number(text) : secondsOf(text);
    case "ipAddress":
      return parseIpAddress(text) === undefined ? undefined : text;
    case "domain":
      return DOMAIN.test(text) && parseIpAddress(text) === undefined ? text : undefined;
    case "url":
      return URL_FORM.test(text) ? text : undefined;
  }
}

function secondsOf(text: string): number | undefined {
  const ms = parseDuration(text);
  return ms === undefined ? undefined : ms / 1_000;
}

/** Arguments in seconds, which a rule may also write as a duration: `durationSeconds: 4h`. */
const SECONDS: readonly string[] = ["durationSeconds", "holdSeconds"];

/** A literal as the action takes it. */
export function literalValue(argument: string, value: unknown): unknown {
  return typeof value === "string" && SECONDS.includes(argument) ? (secondsOf(value) ?? value) : value;
}
