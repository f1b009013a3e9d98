import path from "node:path";
import { AppError, type Clock, type EpochMs, type Random } from "@cordon/core/kernel";
import {
  AGENT_DAYS,
  type Authority,
  createIntermediate,
  createRoot,
  loadSigner,
  type Revocation,
  rootRevocations,
  type Signer,
} from "./authority.ts";
import { openAuthorityFolder } from "./authority-files.ts";
import {
  type AuthorityPhase,
  type AuthorityState,
  countingSigners,
  introduceRoot,
  nextPhase,
  phaseOf,
  replaceSigner,
  trustedRoots,
} from "./authority-state.ts";
import { certificateEnd, certificateFingerprint, shortId } from "./fingerprint.ts";
import type { PemIdentity } from "./key-pair.ts";
import { readStatement, type SignedStatement, signStatement } from "./recovery.ts";
import { openRecoveryFiles } from "./recovery-files.ts";

/** What agents are told of whom to trust. */
export interface Bundle {
  readonly version: number;
  readonly roots: readonly string[];
  readonly recoverySequence: number;
  readonly renewIssuedBefore?: EpochMs;
}

export interface AuthorityView {
  readonly phase: AuthorityPhase;
  readonly bundleVersion: number;
  /** The intermediate that signs. */
  readonly signer: string;
  readonly roots: readonly {
    readonly id: string;
    readonly fingerprint: string;
    readonly role: "current" | "next" | "old";
    readonly expiresAt: EpochMs;
    /** Whether its key lies on this machine. */
    readonly keyHere: boolean;
  }[];
  readonly signers: readonly {
    readonly id: string;
    readonly role: "current" | "next" | "old";
    readonly expiresAt: EpochMs;
  }[];
  readonly recovery: { readonly publicKey: string; readonly keyHere: boolean; readonly sequence: number };
}

/** Agents' certificates that do not count any more, by the intermediate that signed them. */
export type RevokedBy = (issuer: string) => Promise<readonly Revocation[]>;

/** The authority of a data directory: signs with the intermediate in force, and is rotated without anybody being left behind. */
export interface KeptAuthority extends Authority {
  view(): Promise<AuthorityView>;
  bundle(): Bundle;
  /** What agents pin at their enrolment. */
  recovery(): Promise<{ readonly publicKey: string; readonly sequence: number }>;
  /** The recovery key's word for the present roots, if there is one. */
  statement(): Promise<SignedStatement | undefined>;
  /** Lists of all that count, made anew and published; for the TLS layer. */
  revocations(revokedBy: RevokedBy): Promise<readonly string[]>;
  /** Throws `identity.rotation_under_way`, and `identity.root_key_missing` for an intermediate. */
  rotate(what: "root" | "intermediate"): Promise<void>;
  /** One phase on. Throws `identity.rotation_none`. */
  finish(): Promise<void>;
  /** Publishes a statement for the present roots, and its key as the recovery key. Throws `identity.recovery_refused`. */
  recover(signed: SignedStatement, publicKey: string): Promise<void>;
}

/**
 * Opens the authority kept in `directory`; makes it at the first start, and the recovery key in the folder above. When the folder was
 * lost and the recovery key is still there, the new root is endorsed by it at once. Throws `identity.*`.
 */
export async function openAuthority(
  directory: string,
  deps: { readonly clock: Clock; readonly random: Random; readonly agentMs?: number },
): Promise<KeptAuthority> {
  const { clock, random, agentMs = AGENT_DAYS * 86_400_000 } = deps;
  const folder = openAuthorityFolder(directory);
  const recovery = await openRecoveryFiles(path.dirname(directory));
  let state = (await folder.readState()) ?? (await makeFirst());
  const roots = new Map<string, string>();
  const signers = new Map<string, Signer>();
  await load();

  async function makeFirst(): Promise<AuthorityState> {
    const current = await makeLine();
    const first = { format: 2, bundleVersion: clock.now(), recoverySequence: clock.now(), current } as const;
    await folder.writeState(first);
    await endorse(first);
    return first;
  }

  /** By the recovery key, while it lies here; without it the word for other roots is taken back. */
  async function endorse({ recoverySequence, current }: AuthorityState): Promise<void> {
    const [key, publicKey] = [await recovery.privateKey(), await recovery.publicKey()];
    if (key === undefined) return recovery.adopt(publicKey, NO_STATEMENT);
    const statement = { sequence: recoverySequence, roots: [await folder.certificate("root", current.root)] };
    await recovery.adopt(publicKey, signStatement(statement, key));
  }

  async function makeLine() {
    const root = await createRoot(clock.now(), random);
    const id = await folder.add("root", root);
    await folder.writeRootRevocations(id, await rootRevocations(root, [], clock.now()));
    return { root: id, signer: await makeSigner(root) };
  }

  async function makeSigner(root: PemIdentity): Promise<string> {
    return folder.add("intermediate", await createIntermediate(root, clock.now(), random));
  }

  async function load(): Promise<void> {
    for (const id of trustedRoots(state)) if (!roots.has(id)) roots.set(id, await folder.certificate("root", id));
    for (const line of [state.current, state.next, state.old]) {
      if (line === undefined || signers.has(line.signer)) continue;
      const privateKeyPem = await folder.key("intermediate", line.signer);
      if (privateKeyPem === undefined) {
        const file = folder.keyFile("intermediate", line.signer);
        throw new AppError("identity.unreadable_authority", `${file} is missing`, { details: { file } });
      }
      const certificatePem = await folder.certificate("intermediate", line.signer);
      const pair = { certificatePem, privateKeyPem };
      signers.set(line.signer, await readable(loadSigner(rootOf(line.root), pair, random, agentMs)));
    }
  }

  /** A damaged key says many things; here it says one. */
  async function readable<Value>(value: Promise<Value>): Promise<Value> {
    return value.catch((cause: unknown) => {
      if (cause instanceof AppError) throw cause;
      throw new AppError("identity.unreadable_authority", `the keys in ${directory} cannot be read`, { cause });
    });
  }

  function rootOf(id: string): string {
    return roots.get(id) ?? missing(id);
  }

  function signerOf(id: string): Signer {
    return signers.get(id) ?? missing(id);
  }

  const current = () => signerOf(state.current.signer);
  const trusted = () => trustedRoots(state).map((id) => rootOf(id).trim());

  async function become(next: AuthorityState): Promise<void> {
    await folder.writeState(next);
    state = next;
    await load();
  }

  return {
    get certificatePem() {
      return `${trusted().join("\n")}\n`;
    },
    get fingerprint() {
      return current().fingerprint;
    },
    issueServer: (names, now) => current().issueServer(names, now),
    issueAgent: (identity, csrPem, now) => current().issueAgent(identity, csrPem, now),
    bundle: () => ({
      version: state.bundleVersion,
      roots: trusted(),
      recoverySequence: state.recoverySequence,
      ...(state.renewIssuedBefore === undefined ? {} : { renewIssuedBefore: state.renewIssuedBefore }),
    }),
    async view() {
      const lines = (["current", "next", "old"] as const).flatMap((role) => {
        const line = state[role];
        return line === undefined ? [] : [{ role, ...line }];
      });
      const rootLines = lines.filter(({ root }, index) => lines.findIndex((other) => other.root === root) === index);
      return {
        phase: phaseOf(state),
        bundleVersion: state.bundleVersion,
        signer: state.current.signer,
        roots: await Promise.all(
          rootLines.map(async ({ root, role }) => ({
            id: root,
            role,
            fingerprint: certificateFingerprint(rootOf(root)),
            expiresAt: certificateEnd(rootOf(root)),
            keyHere: (await folder.key("root", root)) !== undefined,
          })),
        ),
        signers: await Promise.all(
          lines.map(async ({ signer, role }) => ({
            id: signer,
            role,
            expiresAt: certificateEnd(await folder.certificate("intermediate", signer)),
          })),
        ),
        recovery: {
          publicKey: await recovery.publicKey(),
          keyHere: (await recovery.privateKey()) !== undefined,
          sequence: state.recoverySequence,
        },
      };
    },
    recovery: async () => ({ publicKey: await recovery.publicKey(), sequence: state.recoverySequence }),
    async statement() {
      const signed = await recovery.statement();
      return signed === undefined || signed.statement === "" ? undefined : signed;
    },
    async revocations(revokedBy) {
      const lists = await Promise.all([
        ...trustedRoots(state).map((id) => folder.rootRevocations(id)),
        ...countingSigners(state).map(async (id) => signerOf(id).revocations(await revokedBy(id), clock.now())),
      ]);
      await folder.publish(
        `${trusted().join("\n")}\n`,
        lists
          .map((list) => list.trim())
          .join("\n")
          .concat("\n"),
      );
      return lists;
    },
    async rotate(what) {
      if (phaseOf(state) !== "steady") throw new AppError("identity.rotation_under_way", phaseOf(state));
      if (what === "root") return become(introduceRoot(state, await makeLine()));
      const { root } = state.current;
      const privateKeyPem = await folder.key("root", root);
      if (privateKeyPem === undefined) {
        const file = folder.keyFile("root", root);
        throw new AppError("identity.root_key_missing", file, { details: { file } });
      }
      const signer = await makeSigner({ certificatePem: rootOf(root), privateKeyPem });
      await become(replaceSigner(state, signer, clock.now()));
    },
    async finish() {
      const { old, recoverySequence: before } = state;
      const next = nextPhase(state, clock.now());
      if (next === state) throw new AppError("identity.rotation_none", "there is nothing to finish");
      await become(next);
      if (next.recoverySequence !== before) await endorse(next);
      if (next.old === undefined && old !== undefined) await folder.forget(old, old.root === next.current.root);
    },
    async recover(signed, publicKey) {
      const statement = readStatement(signed, publicKey, 0);
      const present = new Set(trustedRoots(state));
      const said = statement.roots.map((root) => shortId(certificateFingerprint(root)));
      if (!said.every((id) => present.has(id)) || !said.includes(state.current.root)) {
        throw new AppError("identity.recovery_refused", "it does not speak of this coordinator's present roots");
      }
      await recovery.adopt(publicKey, signed);
    },
  };
}

const NO_STATEMENT: SignedStatement = { statement: "", signature: "" };

function missing(id: string): never {
  throw new AppError("identity.unreadable_authority", `${id} was not loaded`);
}
