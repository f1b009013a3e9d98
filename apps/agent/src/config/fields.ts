import { en } from "zod/locales";
import * as z from "zod/mini";

// `zod/mini` builds and loads in a third of the time of `zod`, which a start would notice, but brings no words of its own.
z.config(en());

/** Kinds of fields that several sections have. */
export const count = (min: number, max: number) => z.int().check(z.minimum(min), z.maximum(max));
const secondsUpTo = (max: number) => z.number().check(z.minimum(0.05), z.maximum(max));
const withinAMonth = secondsUpTo(30 * 86_400);
export const seconds = (max?: number) => (max === undefined ? withinAMonth : secondsUpTo(max));
export const text = z.string().check(z.minLength(1));
export const fileName = z.string().check(z.minLength(1));

/** Makes a path of the file absolute: relative ones start at the configuration's folder. */
export type Absolute = (name: string) => string;

export function optionalPath<K extends string>(key: K, name: string | undefined, absolute: Absolute) {
  return (name === undefined ? {} : { [key]: absolute(name) }) as { [P in K]?: string };
}
