import { DEFAULT_MINIMUMS, type EndpointMinimums } from "@cordon/core/endpoint";

export interface CapabilitySettings {
  /** What an endpoint must have; the site's own word on it. */
  readonly minimums: EndpointMinimums;
  /** Lowest version of KSC that can hand response requests to a console. */
  readonly kscVersionMin: string;
  /** How often KSC's version, rights and clock are looked at again. */
  readonly measureMs: number;
  /** How often what changed by itself is looked at, and so how soon the coordinator hears of it. */
  readonly reportMs: number;
}

export const DEFAULT_CAPABILITY: CapabilitySettings = {
  minimums: DEFAULT_MINIMUMS,
  // The Web Console's background connection came with 14.2 (kaspersky.md 4.21).
  kscVersionMin: "14.2",
  measureMs: 30 * 60_000,
  reportMs: 2_000,
};
