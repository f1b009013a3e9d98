import type { CorrelationEvent } from "@cordon/core/event";
import { EVENT_LIMITS, type EventLimits } from "./limits.ts";
import { type EventProblemCode, type EventSource, parseEvent } from "./parse-event.ts";

export interface EventBodyOptions extends EventSource {
  readonly limits?: Partial<EventLimits>;
}

export type ParsedBody =
  /** Each event of the body is in one of the two lists, under its place in the body: count in equals count out [S5]. */
  | { readonly kind: "parsed"; readonly events: readonly ParsedEvent[]; readonly bad: readonly BadEvent[] }
  /** Nothing of the body was read; the sender must be told. */
  | { readonly kind: "refused"; readonly code: "event.too_large" | "event.too_many"; readonly message: string };

export interface ParsedEvent {
  /** Place in the body, from 0. */
  readonly index: number;
  readonly event: CorrelationEvent;
}

/** For the quarantine. */
export interface BadEvent {
  readonly index: number;
  readonly code: EventProblemCode;
  /** One sentence for a person: what is wrong with this event. */
  readonly message: string;
  /** The event as it came (an element of a list: as JSON), so that it can be replayed. */
  readonly raw: string;
  /** `raw` is only the beginning: this one cannot be replayed. */
  readonly rawTruncated: boolean;
}

type Parsed = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string };

/**
 * A body of KUMA's HTTP destination: one JSON object, a list of them, or one object per line, told apart by looking
 * (which of them KUMA sends is not documented: kaspersky.md 3.8). Good events are taken although others are bad. Never throws.
 */
export function parseEventBody(body: Uint8Array | string, options: EventBodyOptions): ParsedBody {
  const limits: EventLimits = { ...EVENT_LIMITS, ...options.limits };
  const bytes = typeof body === "string" ? body.length : body.byteLength;
  if (bytes > limits.bodyBytesMax) {
    const message = `The body has ${bytes} bytes; at most ${limits.bodyBytesMax}.`;
    return { kind: "refused", code: "event.too_large", message };
  }
  const text = (typeof body === "string" ? body : new TextDecoder().decode(body)).trim();
  if (text === "") return { kind: "parsed", events: [], bad: [] };

  const collector = createCollector(options, limits);
  const firstEnd = text.indexOf("\n");
  if (firstEnd === -1) {
    collector.add(text, parseJson(text, limits));
    return collector.result();
  }
  // A first line that is whole JSON means one value per line; otherwise one value was printed over many lines, or it is broken.
  if (!parseJson(text.slice(0, firstEnd), limits).ok) {
    const whole = parseJson(text, limits);
    if (whole.ok) {
      collector.add(text, whole);
      return collector.result();
    }
  }
  let anyLineParses = false;
  for (const line of linesOf(text)) {
    const parsed = parseJson(line, limits);
    anyLineParses ||= parsed.ok;
    collector.add(line, parsed);
    if (collector.isFull()) break;
  }
  if (anyLineParses || collector.isFull()) return collector.result();
  const unreadable = createCollector(options, limits);
  unreadable.add(text, parseJson(text, limits));
  return unreadable.result();
}

function createCollector(options: EventBodyOptions, limits: EventLimits) {
  const events: ParsedEvent[] = [];
  const bad: BadEvent[] = [];
  let count = 0;

  function addBad(code: EventProblemCode, message: string, raw: string): void {
    const charsMax =
      code === "event.bad_json" || code === "event.too_large" ? limits.excerptCharsMax : limits.eventBytesMax;
    bad.push({ index: count++, code, message, raw: raw.slice(0, charsMax), rawTruncated: raw.length > charsMax });
  }

  function addValue(value: unknown, raw: () => string): void {
    const parsed = parseEvent(value, options, limits);
    if (parsed.ok) events.push({ index: count++, event: parsed.event });
    else addBad(parsed.code, parsed.message, raw());
  }

  /** `text` is the event itself, so its size is the event's. */
  function addText(text: string, parsed: Parsed): void {
    if (isLongerThan(text, limits.eventBytesMax)) {
      addBad("event.too_large", `The event is larger than ${limits.eventBytesMax} bytes.`, text);
    } else if (parsed.ok) addValue(parsed.value, () => text);
    else addBad("event.bad_json", `It is not JSON: ${parsed.problem}.`, text);
  }

  function addList(list: readonly unknown[], text: string): void {
    const mayBeLarge = isLongerThan(text, limits.eventBytesMax);
    for (const element of list) {
      if (count > limits.eventsPerBodyMax) return;
      // Only an element of a large body can be too large; printing each of them would cost more than reading it.
      const json = mayBeLarge ? print(element) : undefined;
      if (json !== undefined && isLongerThan(json, limits.eventBytesMax)) addText(json, { ok: true, value: element });
      else addValue(element, () => json ?? print(element) ?? text);
    }
  }

  function add(text: string, parsed: Parsed): void {
    if (parsed.ok && Array.isArray(parsed.value)) addList(parsed.value, text);
    else addText(text, parsed);
  }

  return {
    add,
    isFull: () => count > limits.eventsPerBodyMax,
    result(): ParsedBody {
      if (count <= limits.eventsPerBodyMax) return { kind: "parsed", events, bad };
      const message = `The body carries more than ${limits.eventsPerBodyMax} events; nothing of it was taken.`;
      return { kind: "refused", code: "event.too_many", message };
    },
  };
}

/** Undefined when it nests too deep to be printed. */
function print(value: unknown): string | undefined {
  try {
    return JSON.stringify(value) ?? "null";
  } catch (thrown) {
    if (thrown instanceof RangeError) return undefined;
    throw thrown;
  }
}

function parseJson(text: string, limits: EventLimits): Parsed {
  if (text.length > limits.bodyBytesMax) return { ok: false, problem: "it is too long" };
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch (thrown) {
    return { ok: false, problem: thrown instanceof Error ? thrown.message.slice(0, 200) : "it cannot be read" };
  }
}

function* linesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf("\n", start);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(start, end).trim();
    if (line !== "") yield line;
    start = end + 1;
  }
}

/** UTF-8 takes at most three bytes for each UTF-16 unit, so only a long text must be measured. */
function isLongerThan(text: string, bytesMax: number): boolean {
  return text.length > bytesMax || (text.length * 3 > bytesMax && Buffer.byteLength(text) > bytesMax);
}
