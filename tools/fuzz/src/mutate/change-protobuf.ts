import type { SeededRandom } from "@cordon/testkit";
import { replaced } from "./change-bytes.ts";

interface Field {
  readonly start: number;
  readonly tagEnd: number;
  /** Of a length-delimited field: where its content begins. */
  readonly content: number;
  readonly end: number;
  readonly wire: number;
}

/** Varints at the edges of 32, 53 and 64 bits, and one that does not end. */
const ODD_VARINTS = [
  [0x00],
  [0x01],
  [0x7f],
  [0x80, 0x00],
  [0xff, 0xff, 0xff, 0xff, 0x07],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f],
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
];
const DEPTH_MAX = 8;

/** One change of one field, at any depth; lengths around it are made right again, so that the change is reached. */
export function changeProtobuf(input: Uint8Array, random: SeededRandom, depth = 0): Uint8Array {
  const fields = readFields(input);
  if (fields.length === 0) return input;
  const field = random.pick(fields);
  if (field.wire === 2 && depth < DEPTH_MAX && random.integer(3) > 0) {
    const inner = changeProtobuf(input.subarray(field.content, field.end), random, depth + 1);
    return replaced(input, field.tagEnd, field.end, [...varint(inner.length), ...inner]);
  }
  const whole = input.subarray(field.start, field.end);
  switch (random.integer(7)) {
    case 0:
      return replaced(input, field.start, field.end, []);
    case 1:
      return replaced(input, field.start, field.start, whole);
    case 2:
      return replaced(
        input,
        field.start,
        field.tagEnd,
        varint(1 + random.integer(60) * 8 + random.pick([0, 1, 2, 5, 7])),
      );
    case 3:
      if (field.wire === 0) return replaced(input, field.tagEnd, field.end, random.pick(ODD_VARINTS));
      return replaced(input, field.tagEnd, field.content, random.pick(ODD_VARINTS));
    case 4: {
      const other = random.pick(fields);
      return replaced(input, field.start, field.start, input.subarray(other.start, other.end));
    }
    case 5: {
      const many = 1 + random.integer(1_200);
      return replaced(
        input,
        field.start,
        field.start,
        Array.from({ length: many }, () => [...whole.subarray(0, 24)]).flat(),
      );
    }
    default: {
      const content = random.bytes(random.integer(24));
      const length = varint(content.length);
      return field.wire === 2 ? replaced(input, field.tagEnd, field.end, [...length, ...content]) : input;
    }
  }
}

function readFields(input: Uint8Array): readonly Field[] {
  const fields: Field[] = [];
  for (let start = 0; start < input.length; ) {
    const tag = readVarint(input, start);
    const wire = tag.value & 7;
    let content = tag.end;
    let end: number;
    if (wire === 0) end = readVarint(input, tag.end).end;
    else if (wire === 1) end = tag.end + 8;
    else if (wire === 5) end = tag.end + 4;
    else if (wire === 2) {
      const length = readVarint(input, tag.end);
      content = length.end;
      end = content + length.value;
    } else return fields;
    if (end > input.length || end <= start) return fields;
    fields.push({ start, tagEnd: tag.end, content, end, wire });
    start = end;
  }
  return fields;
}

function readVarint(input: Uint8Array, from: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let place = from; place < input.length && place < from + 10; place++) {
    const byte = input[place] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * (place - from));
    if (byte < 0x80) return { value, end: place + 1 };
  }
  return { value, end: input.length };
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 0x80);
  }
}
