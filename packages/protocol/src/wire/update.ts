import type { UpdateOffer, UpdateReport } from "../messages.ts";
import { UPDATE_STATE } from "./enums.ts";
import { inside, optional, positive, requiredText, uint64 } from "./fields.ts";
import type * as pb from "./generated/names.ts";
import { decodeProblem } from "./order.ts";

export function encodeUpdateOffer({ kind: _kind, ...offer }: UpdateOffer): pb.UpdateOffer {
  return { ...offer, bytes: uint64("bytes", offer.bytes) };
}

export function decodeUpdateOffer(raw: pb.UpdateOffer): UpdateOffer {
  return {
    kind: "updateOffer",
    version: requiredText("version", raw.version),
    target: requiredText("target", raw.target),
    path: requiredText("path", raw.path),
    bytes: positive("bytes", uint64("bytes", raw.bytes)),
    sha256: requiredText("sha256", raw.sha256),
    signature: requiredText("signature", raw.signature),
    keyId: requiredText("key_id", raw.keyId),
  };
}

export function encodeUpdateReport({ version, state, problem, target, ring }: UpdateReport): pb.UpdateReport {
  return { version, state: UPDATE_STATE.encode(state), problem, target, ring };
}

export function decodeUpdateReport(raw: pb.UpdateReport): UpdateReport {
  return {
    kind: "updateReport",
    version: requiredText("version", raw.version),
    state: UPDATE_STATE.decode("state", raw.state),
    target: requiredText("target", raw.target),
    ...optional("ring", raw.ring, Number),
    ...optional("problem", raw.problem, (problem) => inside("problem", problem, decodeProblem)),
  };
}
