import { AppError } from "@cordon/core/kernel";
import { ITEMS_PER_LIST_MAX } from "./frame-limits.ts";

/** What the scan knows of a message: generated from the proto files. */
export interface MessageShape {
  readonly name: string;
  readonly fields: Readonly<Record<number, FieldShape>>;
}

export interface FieldShape {
  readonly name: string;
  /** Protobuf wire type: 0 varint, 1 eight bytes, 2 length-delimited, 5 four bytes. */
  readonly wire: number;
  readonly repeated: boolean;
  readonly oneof?: string;
  readonly message?: MessageShape;
}

/** What a frame holds, seen without decoding it. */
export interface FrameOutline {
  /** Whether the outer message has fields that this release does not know. */
  readonly hasUnknown: boolean;
}

interface Cursor {
  readonly bytes: Uint8Array;
  position: number;
}

/**
 * Walks a frame before it is decoded, allocating nothing per item: a hostile frame of a megabyte could otherwise become half a
 * million objects. Checks that the structure is whole, that no list has more than `ITEMS_PER_LIST_MAX` items, and that nothing
 * is said twice: a repeated single field or two members of a oneof would be read differently by different readers.
 */
export function scanFrame(bytes: Uint8Array, shape: MessageShape): FrameOutline {
  return { hasUnknown: scanMessage({ bytes, position: 0 }, bytes.length, shape) };
}

/** Returns whether an unknown field was met at this level. Depth is bounded by the shapes, which cannot contain themselves. */
function scanMessage(cursor: Cursor, end: number, shape: MessageShape): boolean {
  let hasUnknown = false;
  // A bit for each number that was met: those below 32, and those from 32 on.
  let low = 0;
  let high = 0;
  let oneof: string | undefined;
  let counts: Record<number, number> | undefined;
  while (cursor.position < end) {
    const tag = readVarint(cursor, end);
    const number = tag >>> 3;
    const wire = tag & 7;
    const field = shape.fields[number];
    if (number === 0) throw broken(`${shape.name} has a field with number 0`);
    if (field === undefined) {
      hasUnknown = true;
      skip(cursor, end, wire);
      continue;
    }
    if (field.wire !== wire) throw broken(`${field.name} has wire type ${wire}, not ${field.wire}`);
    if (field.repeated) {
      counts ??= {};
      const count = (counts[number] ?? 0) + 1;
      if (count > ITEMS_PER_LIST_MAX) throw broken(`${field.name} has more than ${ITEMS_PER_LIST_MAX} items`);
      counts[number] = count;
    } else {
      // A shift counts modulo 32.
      const bit = 1 << number;
      if (((number < 32 ? low : high) & bit) !== 0) throw broken(`${field.name} is there twice`);
      if (number < 32) low |= bit;
      else high |= bit;
      if (field.oneof !== undefined) {
        if (oneof === field.oneof) throw broken(`${field.oneof} is there twice`);
        oneof = field.oneof;
      }
    }
    if (field.message === undefined) skip(cursor, end, wire);
    else scanMessage(cursor, endOfLength(cursor, end), field.message);
  }
  return hasUnknown;
}

function skip(cursor: Cursor, end: number, wire: number): void {
  switch (wire) {
    case 0:
      skipVarint(cursor, end);
      return;
    case 1:
      advance(cursor, end, 8);
      return;
    case 2:
      cursor.position = endOfLength(cursor, end);
      return;
    case 5:
      advance(cursor, end, 4);
      return;
    default:
      // Groups (3 and 4) are not used in proto3.
      throw broken(`wire type ${wire} is not used`);
  }
}

function endOfLength(cursor: Cursor, end: number): number {
  const length = readVarint(cursor, end);
  if (length > end - cursor.position) throw broken("it ends in the middle of a field");
  return cursor.position + length;
}

function advance(cursor: Cursor, end: number, count: number): void {
  if (count > end - cursor.position) throw broken("it ends in the middle of a field");
  cursor.position += count;
}

function skipVarint(cursor: Cursor, end: number): void {
  const last = Math.min(end, cursor.position + 10);
  while (cursor.position < last) {
    if (((cursor.bytes[cursor.position++] ?? 0) & 0x80) === 0) return;
  }
  throw broken("a number does not end");
}

/** A tag or length: an unsigned number of at most 32 bits. */
function readVarint(cursor: Cursor, end: number): number {
  let value = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    if (cursor.position >= end) throw broken("it ends in the middle of a number");
    const byte = cursor.bytes[cursor.position++] ?? 0;
    // Multiplied, not shifted: the fifth group would turn the sign.
    value += (byte & 0x7f) * 2 ** shift;
    if ((byte & 0x80) === 0) {
      if (value > 0xffff_ffff) break;
      return value;
    }
  }
  throw broken("a tag or length is too large");
}

function broken(problem: string): AppError {
  return new AppError("wire.bad_frame", problem);
}
