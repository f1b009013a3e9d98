import type { SeededRandom } from "@cordon/testkit";

/** Values at the edges of what JSON can say. */
const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -0,
  -1,
  1,
  3,
  0.1,
  1e308,
  -1e308,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  -(2 ** 53),
  2 ** 63,
  1e21,
  "",
  "0",
  "-1",
  "1e999",
  "NaN",
  "null",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "\u0000",
  "\ufeff",
  "\u202e",
  "\ud800",
  "a\u0301",
  "ı",
  "ß",
  "K",
  "../../etc/passwd",
  "%00",
  "$(id)",
  "'; --",
  "x".repeat(300),
  "(".repeat(300),
  "1970-01-01T00:00:00Z",
  "9999-99-99T99:99:99Z",
  [],
  [[]],
  {},
  [null],
]; // biome formats this list
const ODD_KEYS = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "length",
  "",
  "0",
  "type",
  "value",
  "\u0000",
  "then",
];

/** One change of a JSON value, anywhere in it; what cannot be read comes back as it is. */
export function changeJson(text: string, words: readonly string[], random: SeededRandom): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  const changes = 1 + random.integer(3);
  for (let count = 0; count < changes; count++) value = changed(value, words, random, 0);
  return JSON.stringify(value) ?? "null";
}

const DEPTH_MAX = 40;

function changed(value: unknown, words: readonly string[], random: SeededRandom, depth: number): unknown {
  const isHere = typeof value !== "object" || value === null || depth > DEPTH_MAX || random.integer(5) === 0;
  if (isHere) return odd(value, words, random);
  if (Array.isArray(value)) {
    const at = random.integer(value.length + 1);
    if (value.length === 0 || random.integer(4) === 0) {
      const kept = random.integer(2);
      return value.toSpliced(at, kept, ...(random.integer(2) === 0 ? [odd(value[at], words, random)] : []));
    }
    const index = random.integer(value.length);
    return value.with(index, changed(value[index], words, random, depth + 1));
  }
  const entries = Object.entries(value);
  const index = random.integer(entries.length + 1);
  const entry = entries[index];
  const key = entry?.[0] ?? oddKey(words, random);
  if (entry === undefined) entries.push([key, odd(undefined, words, random)]);
  else if (random.integer(6) === 0) entries.splice(index, 1);
  else if (random.integer(8) === 0) entries[index] = [oddKey(words, random), entry[1]];
  else entries[index] = [key, changed(entry[1], words, random, depth + 1)];
  // Defined and not assigned: `__proto__` is to be a member of its own, as JSON.parse makes it.
  const result = {};
  for (const [name, member] of entries) {
    Object.defineProperty(result, name, { value: member, enumerable: true, configurable: true, writable: true });
  }
  return result;
}

function odd(value: unknown, words: readonly string[], random: SeededRandom): unknown {
  switch (random.integer(6)) {
    case 0:
      return words.length === 0 ? "" : random.pick(words);
    case 1:
      return [value];
    case 2:
      return { [oddKey(words, random)]: value };
    case 3:
      return typeof value === "string" ? cutUp(value, random) : random.pick(ODD_VALUES);
    case 4:
      return typeof value === "number"
        ? value * random.pick([-1, 0.5, 10, 1e9]) + random.integer(3) - 1
        : JSON.stringify(value);
    default:
      return random.pick(ODD_VALUES);
  }
}

function oddKey(words: readonly string[], random: SeededRandom): string {
  return words.length === 0 || random.integer(2) === 0 ? random.pick(ODD_KEYS) : random.pick(words);
}

function cutUp(text: string, random: SeededRandom): string {
  const at = random.integer(text.length + 1);
  const end = at + random.integer(text.length - at + 1);
  switch (random.integer(3)) {
    case 0:
      return text.slice(0, at) + text.slice(end);
    case 1:
      return text + text.slice(at, end);
    default:
      return text.slice(0, at) + String.fromCharCode(random.integer(0x1_0000)) + text.slice(at);
  }
}
