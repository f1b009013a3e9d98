import * as z from "zod";

/** Kinds of fields that several sections have. */
export const count = (min: number, max: number) => z.int().min(min).max(max);
export const seconds = (max = 30 * 86_400) => z.number().min(0.05).max(max);
export const fileName = z.string().min(1);

/** Makes a path of the file absolute: relative ones start at the configuration's folder. */
export type Absolute = (name: string) => string;

export function optionalPath<K extends string>(key: K, name: string | undefined, absolute: Absolute) {
  return (name === undefined ? {} : { [key]: absolute(name) }) as { [P in K]?: string };
}
