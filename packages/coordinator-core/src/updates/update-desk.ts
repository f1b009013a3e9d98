import { AppError, type Clock, type Random } from "@cordon/core/kernel";
import { type ReleaseKey, type ReleaseManifest, verifyRelease } from "@cordon/core/release";
import type { Release, ReleaseFolder, UpdateStore } from "../ports/updates.ts";
import type { FleetAgent, Ring, Rollout } from "./rollout.ts";
import { type RingView, stepRollout } from "./step-rollout.ts";

export interface RolloutView {
  readonly rollout: Rollout;
  readonly rings: readonly RingView[];
}

/** What an admin does with releases and rollouts. */
export interface UpdateDesk {
  /** Takes a release from the releases folder. Throws `release.not_found`, `release.invalid` or `release.exists`. */
  register(version: string, by: string): Promise<{ readonly release: Release; readonly created: boolean }>;
  listReleases(): Promise<readonly Release[]>;
  getRelease(version: string): Promise<Release | undefined>;
  /** Throws `release.not_found`, `release.invalid` (no common protocol) or `rollout.busy`. */
  start(version: string, rings: readonly Ring[], by: string): Promise<Rollout>;
  listRollouts(limit: number): Promise<readonly Rollout[]>;
  /** Undefined: there is no such rollout. */
  view(rolloutId: string): Promise<RolloutView | undefined>;
  /** Throws `rollout.not_found` or `rollout.illegal`. */
  change(rolloutId: string, change: RolloutChange, by: string): Promise<Rollout>;
  /** All agents with the version each runs; `version`'s last word beside it. */
  fleet(version: string): Promise<readonly FleetAgent[]>;
}

/** `advance`: the next ring now, whatever the present one says. */
export type RolloutChange = "pause" | "resume" | "abort" | "advance";

/** A twentieth of the sites first, then a quarter, then all; a day each. */
export const DEFAULT_RINGS: readonly Ring[] = [
  { share: 0.05, soakMs: 86_400_000 },
  { share: 0.25, soakMs: 86_400_000 },
  { soakMs: 86_400_000 },
];

export interface UpdateDeskDeps {
  readonly store: UpdateStore;
  readonly folder: ReleaseFolder;
  readonly keys: readonly ReleaseKey[];
  /** Throws nothing: what cannot be read is named. */
  readonly readManifest: (
    bytes: Uint8Array,
  ) =>
    | { readonly kind: "read"; readonly manifest: ReleaseManifest }
    | { readonly kind: "unreadable"; readonly reason: string };
  /** Wire protocol versions that this coordinator speaks. */
  readonly protocol: { readonly min: number; readonly max: number };
  readonly clock: Clock;
  readonly random: Random;
}

const CHANGES_TRIED_MAX = 5;

export function createUpdateDesk(deps: UpdateDeskDeps): UpdateDesk {
  const { store, folder, keys, clock, random, protocol } = deps;

  async function readRelease(version: string, by: string): Promise<readonly [Release, Uint8Array]> {
    const signed = await folder.readSigned(version);
    if (signed === undefined) throw new AppError("release.not_found", `no release ${version} in the releases folder`);
    const signature = Buffer.from(signed.signature).toString("base64");
    const key = keys.find(({ id }) => verifyRelease(signed.manifest, { keyId: id, signature }, keys) !== undefined);
    if (key === undefined) throw invalid(`release ${version} is not signed by a trusted key`, { trusted: idsOf(keys) });
    const reading = deps.readManifest(signed.manifest);
    if (reading.kind === "unreadable") throw invalid(reading.reason);
    const { manifest } = reading;
    if (manifest.version !== version) throw invalid(`folder ${version} holds release ${manifest.version}`);
    for (const file of manifest.files) {
      const found = await folder.describe(version, file.name);
      if (found === undefined) throw invalid(`${file.name} is missing`);
      if (found.bytes !== file.bytes || found.sha256 !== file.sha256)
        throw invalid(`${file.name} is not what was signed`);
    }
    const release = { manifest, signature, keyId: key.id, registeredAt: clock.now(), registeredBy: by };
    return [release, signed.manifest];
  }

  async function view(rollout: Rollout): Promise<RolloutView> {
    const release = await store.getRelease(rollout.version);
    const now = clock.now();
    const agents = await store.listFleet(rollout.version, now);
    const targets = release?.manifest.files.map(({ target }) => target) ?? [];
    // Only looked at: a decision is made where offers are sent.
    return { rollout, rings: stepRollout({ rollout, targets, agents, now }).rings };
  }

  return {
    async register(version, by) {
      const [release, bytes] = await readRelease(version, by);
      const outcome = await store.addRelease(release, bytes);
      if (outcome === "exists") throw new AppError("release.exists", version);
      return { release: (await store.getRelease(version)) ?? release, created: outcome === "created" };
    },
    listReleases: () => store.listReleases(),
    getRelease: (version) => store.getRelease(version),
    async start(version, rings, by) {
      const release = await store.getRelease(version);
      if (release === undefined) throw new AppError("release.not_found", version);
      const { min, max } = release.manifest.protocol;
      if (min > protocol.max || max < protocol.min) {
        throw invalid(`it speaks protocol ${min}-${max}, this coordinator ${protocol.min}-${protocol.max}`);
      }
      const now = clock.now();
      const rollout: Rollout = {
        rolloutId: random.uuid(),
        version,
        rings: rings.length === 0 ? DEFAULT_RINGS : rings,
        seed: random.uuid(),
        state: "running",
        ring: 0,
        ringSince: now,
        tolerated: 0,
        revision: 1,
        createdAt: now,
        createdBy: by,
        changedAt: now,
        changedBy: by,
      };
      if ((await store.addRollout(rollout)) === "busy") throw new AppError("rollout.busy", version);
      return rollout;
    },
    listRollouts: (limit) => store.listRollouts(limit),
    async view(rolloutId) {
      const rollout = await store.getRollout(rolloutId);
      return rollout && view(rollout);
    },
    async change(rolloutId, change, by) {
      for (let tried = 0; tried < CHANGES_TRIED_MAX; tried++) {
        const rollout = await store.getRollout(rolloutId);
        if (rollout === undefined) throw new AppError("rollout.not_found", rolloutId);
        const failures = (await view(rollout)).rings.reduce((total, { agents }) => total + agents.failed, 0);
        const next = changed(rollout, change, failures, clock.now());
        if (next === undefined)
          throw new AppError("rollout.illegal", `${change} of a rollout that is ${rollout.state}`);
        const saved = { ...next, revision: rollout.revision + 1, changedAt: clock.now(), changedBy: by };
        if (await store.saveRollout(saved)) return saved;
      }
      throw new AppError("store.unavailable", "the rollout changes faster than it can be changed by hand");
    },
    fleet: (version) => store.listFleet(version, clock.now()),
  };
}

/** Undefined: not in this state. */
function changed(
  rollout: Rollout,
  change: RolloutChange,
  failures: number,
  now: Rollout["ringSince"],
): Rollout | undefined {
  const { reason: _gone, ...rest } = rollout;
  switch (change) {
    case "pause":
      return rollout.state === "running" ? { ...rollout, state: "paused", reason: "paused by hand" } : undefined;
    case "resume":
      // Whoever resumes has seen the failures so far.
      return rollout.state === "paused" ? { ...rest, state: "running", tolerated: failures } : undefined;
    case "abort":
      return rollout.state === "running" || rollout.state === "paused"
        ? { ...rollout, state: "aborted", reason: "aborted by hand" }
        : undefined;
    case "advance": {
      const isLast = rollout.ring + 1 === rollout.rings.length;
      if (rollout.state !== "running") return undefined;
      return isLast ? { ...rest, state: "done" } : { ...rest, ring: rollout.ring + 1, ringSince: now };
    }
  }
}

function invalid(text: string, details: Readonly<Record<string, unknown>> = {}): AppError {
  return new AppError("release.invalid", text, { details: { problem: text, ...details } });
}

const idsOf = (keys: readonly ReleaseKey[]) => keys.map(({ id }) => id);
