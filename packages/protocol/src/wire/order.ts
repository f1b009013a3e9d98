import { type ActionOrder, STATUS_MESSAGE_CHARS_MAX } from "@cordon/core/action";
import { type ActionId, AppError, actionId, type ErrorCode, endpointId } from "@cordon/core/kernel";
import type { Cancel, CancelResult, Offer, Receipt, Verdict } from "../messages.ts";
import { decodeActionSpec, encodeActionSpec } from "./action-spec.ts";
import { ACTION_STATE, CANCEL_OUTCOME } from "./enums.ts";
import { badField, errorCode, id, inside, int64, maybeInt64, optional, requiredText, time } from "./fields.ts";
import type * as pb from "./generated/names.ts";

/**
 * An offer that cannot be taken but whose action can be named. The agent answers it with a refusal, so that one action of a
 * newer coordinator, or a wrong one, never costs the session.
 */
export interface RefusedOffer {
  readonly kind: "refusedOffer";
  readonly actionId: ActionId;
  readonly code: ErrorCode;
  readonly message: string;
}

/** Its epoch is that of the order around it. */
export function encodeOffer({ order, firstOfferedAt }: Offer): pb.Offer {
  return {
    order: inside("order", order, encodeAction),
    firstOfferedAtMs: maybeInt64("first_offered_at_ms", firstOfferedAt),
  };
}

export function decodeOffer(raw: pb.Offer, epoch: number): Offer | RefusedOffer {
  const named = inside("order", raw.order, (order) => id("action_id", order.actionId, actionId));
  try {
    return {
      kind: "offer",
      order: inside("order", raw.order, (order) => decodeAction(named, order)),
      epoch,
      ...optional("firstOfferedAt", raw.firstOfferedAtMs, (value) => time("first_offered_at_ms", value)),
    };
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    // A thousand wrong indicators make a long message; the receipt's must fit a frame and a screen.
    return {
      kind: "refusedOffer",
      actionId: named,
      code: thrown.code,
      message: thrown.message.slice(0, STATUS_MESSAGE_CHARS_MAX),
    };
  }
}

function encodeAction(order: ActionOrder): pb.ActionOrder {
  return {
    actionId: order.actionId,
    endpointId: order.endpointId,
    spec: inside("spec", order.spec, encodeActionSpec),
    deadlineMs: int64("deadline_ms", order.deadline),
  };
}

function decodeAction(named: ActionId, raw: pb.ActionOrder): ActionOrder {
  return {
    actionId: named,
    endpointId: id("endpoint_id", raw.endpointId, endpointId),
    spec: inside("spec", raw.spec, decodeActionSpec),
    deadline: time("deadline_ms", raw.deadlineMs),
  };
}

export function encodeReceipt({ actionId, verdict }: Receipt): pb.Receipt {
  switch (verdict.kind) {
    case "accepted":
      return { actionId, accepted: {} };
    case "duplicate":
      return { actionId, duplicate: { state: ACTION_STATE.encode(verdict.state) } };
    case "refused":
      return { actionId, refused: { code: verdict.code, message: verdict.message } };
  }
}

export function decodeReceipt(raw: pb.Receipt): Receipt {
  return { kind: "receipt", actionId: id("action_id", raw.actionId, actionId), verdict: decodeVerdict(raw) };
}

function decodeVerdict({ accepted, duplicate, refused }: pb.Receipt): Verdict {
  if (accepted) return { kind: "accepted" };
  if (duplicate) {
    return {
      kind: "duplicate",
      state: inside("duplicate", duplicate, ({ state }) => ACTION_STATE.decode("state", state)),
    };
  }
  if (refused) return { kind: "refused", ...inside("refused", refused, decodeProblem) };
  throw badField("verdict", "is missing");
}

export function encodeCancel({ actionId, reason }: Cancel): pb.Cancel {
  return { actionId, reason };
}

export function decodeCancel(raw: pb.Cancel): Cancel {
  return { kind: "cancel", actionId: id("action_id", raw.actionId, actionId), reason: raw.reason ?? "" };
}

export function encodeCancelResult({ actionId, outcome, state }: CancelResult): pb.CancelResult {
  return {
    actionId,
    outcome: CANCEL_OUTCOME.encode(outcome),
    state: state === undefined ? undefined : ACTION_STATE.encode(state),
  };
}

export function decodeCancelResult(raw: pb.CancelResult): CancelResult {
  return {
    kind: "cancelResult",
    actionId: id("action_id", raw.actionId, actionId),
    outcome: CANCEL_OUTCOME.decode("outcome", raw.outcome),
    ...optional("state", raw.state, (state) => ACTION_STATE.decode("state", state)),
  };
}

export interface WireProblem {
  readonly code: ErrorCode;
  readonly message: string;
}

export function decodeProblem(raw: pb.Problem): WireProblem {
  return errorCode(requiredText("code", raw.code), raw.message ?? "");
}
