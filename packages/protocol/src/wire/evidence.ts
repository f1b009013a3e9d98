import type { EvidenceItem } from "@cordon/core/endpoint";
import { actionId } from "@cordon/core/kernel";
import type { EvidenceAnswer, EvidenceRequest } from "../messages.ts";
import { EVIDENCE_WANT } from "./enums.ts";
import { each, id, inside, maybeInt64, optional, requiredText, time, uint64 } from "./fields.ts";
import type * as pb from "./generated/names.ts";
import { decodeProblem } from "./order.ts";

export function encodeEvidenceRequest(request: EvidenceRequest): pb.EvidenceRequest {
  const { requestId, actionId, want, itemId, requestedBy } = request;
  return { requestId, actionId, want: EVIDENCE_WANT.encode(want), itemId, requestedBy };
}

export function decodeEvidenceRequest(raw: pb.EvidenceRequest): EvidenceRequest {
  return {
    kind: "evidenceRequest",
    requestId: requiredText("request_id", raw.requestId),
    actionId: id("action_id", raw.actionId, actionId),
    want: EVIDENCE_WANT.decode("want", raw.want),
    ...optional("itemId", raw.itemId, (value) => value),
    requestedBy: raw.requestedBy ?? "",
  };
}

export function encodeEvidenceAnswer({ requestId, items, file, problem }: EvidenceAnswer): pb.EvidenceAnswer {
  return {
    requestId,
    items: each("items", items, encodeItem),
    file: file === undefined ? undefined : { ...file, bytes: uint64("bytes", file.bytes) },
    problem,
  };
}

export function decodeEvidenceAnswer(raw: pb.EvidenceAnswer): EvidenceAnswer {
  return {
    kind: "evidenceAnswer",
    requestId: requiredText("request_id", raw.requestId),
    items: each("items", raw.items, decodeItem),
    ...optional("file", raw.file, (file) => inside("file", file, decodeFile)),
    ...optional("problem", raw.problem, (problem) => inside("problem", problem, decodeProblem)),
  };
}

function encodeItem({ addedAt, bytes, ...texts }: EvidenceItem): pb.EvidenceItem {
  return { ...texts, bytes: maybeInt64("bytes", bytes), addedAtMs: maybeInt64("added_at_ms", addedAt) };
}

function decodeItem(raw: pb.EvidenceItem): EvidenceItem {
  return {
    itemId: requiredText("item_id", raw.itemId),
    objectName: raw.objectName ?? "",
    ...optional("bytes", raw.bytes, (value) => uint64("bytes", value)),
    ...optional("addedAt", raw.addedAtMs, (value) => time("added_at_ms", value)),
    ...optional("md5", raw.md5, (value) => value),
    ...optional("sha256", raw.sha256, (value) => value),
  };
}

function decodeFile(raw: pb.EvidenceFile): NonNullable<EvidenceAnswer["file"]> {
  return {
    itemId: requiredText("item_id", raw.itemId),
    path: requiredText("path", raw.path),
    bytes: uint64("bytes", raw.bytes),
    sha256: requiredText("sha256", raw.sha256),
  };
}
