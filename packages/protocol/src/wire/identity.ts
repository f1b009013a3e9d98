import type { RenewalAnswer, RenewalRequest, TrustApplied, TrustBundle } from "../messages.ts";
import { badField, each, inside, int64, optional, positive, requiredText, uint64 } from "./fields.ts";
import type * as pb from "./generated/names.ts";
import { decodeProblem } from "./order.ts";

/** A P-256 request is about 400 characters of PEM, a chain of three certificates about 3,000. */
const PEM_CHARS_MAX = 16_384;
/** Two while a root is replaced. */
const ROOTS_MAX = 8;

export function encodeRenewalRequest({ csr }: RenewalRequest): pb.RenewalRequest {
  return { csr: pem("csr", csr) };
}

export function decodeRenewalRequest(raw: pb.RenewalRequest): RenewalRequest {
  return { kind: "renewalRequest", csr: pem("csr", raw.csr) };
}

export function encodeRenewalAnswer({ certificate, problem }: RenewalAnswer): pb.RenewalAnswer {
  if ((certificate === undefined) === (problem === undefined)) throw badField("certificate", "or a problem, not both");
  return { ...(certificate === undefined ? {} : { certificate: pem("certificate", certificate) }), problem };
}

export function decodeRenewalAnswer(raw: pb.RenewalAnswer): RenewalAnswer {
  const problem = optional("problem", raw.problem, (found) => inside("problem", found, decodeProblem));
  if (problem.problem !== undefined) return { kind: "renewalAnswer", ...problem };
  return { kind: "renewalAnswer", certificate: pem("certificate", raw.certificate) };
}

export function encodeTrustBundle(bundle: TrustBundle): pb.TrustBundle {
  return {
    version: uint64("version", bundle.version),
    roots: atMost("roots", ROOTS_MAX, bundle.roots).map((root) => pem("roots", root)),
    recoverySequence: uint64("recovery_sequence", bundle.recoverySequence),
    renewIssuedBeforeMs:
      bundle.renewIssuedBefore === undefined ? undefined : int64("renew_issued_before_ms", bundle.renewIssuedBefore),
  };
}

export function decodeTrustBundle(raw: pb.TrustBundle): TrustBundle {
  const roots = each("roots", atMost("roots", ROOTS_MAX, raw.roots ?? []), (root) => pem("pem", root));
  if (roots.length === 0) throw badField("roots", "is missing");
  const before = uint64("renew_issued_before_ms", raw.renewIssuedBeforeMs);
  return {
    kind: "trustBundle",
    version: positive("version", uint64("version", raw.version)),
    roots,
    recoverySequence: uint64("recovery_sequence", raw.recoverySequence),
    ...(before === 0 ? {} : { renewIssuedBefore: before as NonNullable<TrustBundle["renewIssuedBefore"]> }),
  };
}

export function encodeTrustApplied({ version, problem }: TrustApplied): pb.TrustApplied {
  return { version: uint64("version", version), problem };
}

export function decodeTrustApplied(raw: pb.TrustApplied): TrustApplied {
  return {
    kind: "trustApplied",
    version: uint64("version", raw.version),
    ...optional("problem", raw.problem, (problem) => inside("problem", problem, decodeProblem)),
  };
}

function pem(name: string, raw: string | null | undefined): string {
  const text = requiredText(name, raw);
  if (text.length > PEM_CHARS_MAX) throw badField(name, `has ${text.length} characters; at most ${PEM_CHARS_MAX}`);
  return text;
}

function atMost<Item>(name: string, max: number, items: readonly Item[]): readonly Item[] {
  if (items.length > max) throw badField(name, `has ${items.length} items; at most ${max}`);
  return items;
}
