/** What one request and one event may weigh. KUMA itself takes no event above 4 MB (kaspersky.md 3.6). */
export const EVENT_LIMITS = {
  bodyBytesMax: 64 * 1_048_576,
  eventBytesMax: 4 * 1_048_576,
  eventsPerBodyMax: 10_000,
  /** After flattening; KUMA's model has some 200. */
  fieldsMax: 2_000,
  fieldNameCharsMax: 256,
  valueCharsMax: 1_048_576,
  listItemsMax: 10_000,
  depthMax: 32,
  /** Of a body that is not JSON, so much is shown. Single bad events are kept whole, to be replayed. */
  excerptCharsMax: 65_536,
} as const;

export type EventLimits = { readonly [Name in keyof typeof EVENT_LIMITS]: number };
