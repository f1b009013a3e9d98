import { AppError, type EpochMs } from "@cordon/core/kernel";
import * as z from "zod";
import { isWrapped, type KscParams, type KscValue } from "./wire-types.ts";

/** The members of one answer: `PxgRetVal` and the out parameters. */
export type Reply = Readonly<Record<string, unknown>>;

/** Reads an answer into what the caller gets, or throws `ksc.unexpected_reply`. */
export type ReplyReader<T> = (reply: Reply, method: string) => T;

/**
 * Reads with a schema, which zod compiles at its first use: it is made once and not with each call. The error names method and
 * field and never a value: an answer may carry what must not be logged.
 */
export function reading<T>(schema: z.ZodType<T>): ReplyReader<T> {
  return (reply, method) => readWith(schema, reply, method, []);
}

/** `{"PxgRetVal": …}` */
export function returning<T>(schema: z.ZodType<T>): ReplyReader<T> {
  return (reply, method) => readWith(schema, reply.PxgRetVal, method, ["PxgRetVal"]);
}

function readWith<T>(schema: z.ZodType<T>, value: unknown, method: string, at: readonly string[]): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = [...at, ...(issue?.path ?? [])].join(".");
  throw unexpectedReply(method, field || "the answer", issue?.message ?? "does not fit");
}

export function unexpectedReply(method: string, field: string, problem: string): AppError {
  return new AppError("ksc.unexpected_reply", `${method}: ${field}: ${problem}`, { details: { method, field } });
}

export const readNothing: ReplyReader<void> = () => {};

/** KSC wraps everything that is not text, int or boolean inside containers, and some versions do so at the top as well. */
function unwrapped<T extends z.ZodType>(type: string, schema: T) {
  return z.preprocess((value) => (isWrapped(value) && value.type === type ? value.value : value), schema);
}

export const int = z.int();
export const text = z.string();
export const texts = z.array(text);
export const yesOrNo = z.boolean();

/** 64 bits; a bigint only where a number would lose digits. */
export const long = unwrapped("long", z.union([z.int(), z.bigint()]));

/** A `long` that must fit a number without loss. */
export const safeLong = unwrapped("long", z.int());

const DATETIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z?$/;

export const datetime = unwrapped(
  "datetime",
  z
    .string()
    .regex(DATETIME, "must be a UTC time")
    .transform((text) => Date.parse(text.endsWith("Z") ? text : `${text}Z`) as EpochMs),
);

export const binary = unwrapped(
  "binary",
  z.base64().transform((text): Uint8Array => Buffer.from(text, "base64")),
);

/** A container whose members are read one by one. */
export function params<T extends z.core.$ZodLooseShape>(shape: T) {
  return unwrapped("params", z.looseObject(shape));
}

/** A container handed on as it is, in wire form. */
export const anyParams = unwrapped(
  "params",
  z.custom<KscParams>(
    (value) => typeof value === "object" && value !== null && !Array.isArray(value),
    "must be a container",
  ),
);

export const anyValue = z.custom<KscValue>((value) => value !== undefined, "is missing");

/** A list of containers, each in wire form. */
export const paramsList = z.array(anyParams);
