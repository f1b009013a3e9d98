import type { ActionOrder } from "@cordon/core/action";
import type { EvidenceItem } from "@cordon/core/endpoint";
import type { ActionId, Logger } from "@cordon/core/kernel";
import { troubleOf } from "../ksc-trouble.ts";
import type { Edr } from "../ports.ts";
import type { FromCoordinator, Problem, Session, ToCoordinator } from "../uplink.ts";
import type { EvidenceSettings } from "./evidence-settings.ts";
import type { EvidenceVault, FileHashes, VaultRefusal } from "./evidence-vault.ts";
import { fittingItems } from "./fitting-items.ts";

type Request = Extract<FromCoordinator, { kind: "evidenceRequest" }>;
type Answer = Extract<ToCoordinator, { kind: "evidenceAnswer" }>;

/**
 * Answers what an action brought, and on demand fetches the file from the endpoint into this site's own folder; its content
 * never goes to the coordinator. Every request leaves a line in the agent's log with who asked and what came of it. An answer
 * that finds no session waits for the next one.
 */
export interface EvidenceServer {
  handle(request: Request): Promise<void>;
  sessionUp(session: Session): void;
  sessionDown(): void;
}

export function createEvidenceServer(deps: {
  readonly edr: Pick<Edr, "quarantineItems" | "quarantineFile">;
  readonly orderOf: (actionId: ActionId) => ActionOrder | undefined;
  /** Absent: this agent has no place for files. */
  readonly vault: EvidenceVault | undefined;
  readonly logger: Logger;
  readonly settings: EvidenceSettings;
  readonly signal: AbortSignal;
}): EvidenceServer {
  const { edr, vault, logger, settings, signal } = deps;
  const waiting: Answer[] = [];
  let session: Session | undefined;
  let underWay = 0;

  function answer(message: Answer): void {
    if (session?.uplink.send(message) === "sent") return;
    waiting.push(message);
    if (waiting.length > settings.answersMax) waiting.shift();
  }

  async function work(request: Request): Promise<Omit<Answer, "kind" | "requestId">> {
    if (!settings.enabled) return refusal("fetch.forbidden", "evidence.enabled is false in this agent's configuration");
    const order = deps.orderOf(request.actionId);
    if (order === undefined) return refusal("action.not_found", "this agent's ledger has no such action, or no more");
    const listed = await edr.quarantineItems(order.endpointId, signal);
    const items = fittingItems(order, listed).slice(0, settings.itemsMax);
    if (request.want === "metadata") return { items };
    const chosen = choose(request, items);
    if ("problem" in chosen) return { items, problem: chosen.problem };
    const { item } = chosen;
    if (vault === undefined)
      return { items, problem: { code: "fetch.forbidden", message: "no evidence folder is set" } };
    const kept = await edr.quarantineFile(
      order.endpointId,
      item.itemId,
      (file) =>
        vault.keep({
          actionId: request.actionId,
          itemId: item.itemId,
          bytes: file.bytes,
          chunks: file.chunks,
          check: (hashes) => otherThanOrdered(order, hashes),
        }),
      signal,
    );
    if (kept.kind === "refused") return { items, problem: { code: kept.code, message: kept.message } };
    const { path, bytes, sha256 } = kept;
    return { items, file: { itemId: item.itemId, path, bytes, sha256 } };
  }

  return {
    async handle(request) {
      const { requestId, actionId, want, requestedBy } = request;
      const fields = { requestId, actionId, want, itemId: request.itemId, requestedBy };
      logger.info("evidence.request", fields);
      let outcome: Omit<Answer, "kind" | "requestId">;
      if (underWay >= settings.requestsMax) {
        outcome = refusal("fetch.busy", `${underWay} requests are being worked on`);
      } else {
        underWay++;
        try {
          outcome = await work(request);
        } catch (thrown) {
          const { code, message } = troubleOf(thrown);
          outcome = { items: [], problem: { code, message } };
        } finally {
          underWay--;
        }
      }
      const { items, file, problem } = outcome;
      logger[problem === undefined ? "info" : "warn"]("evidence.answer", {
        ...fields,
        items: items.length,
        ...(file === undefined ? {} : { file: file.path, bytes: file.bytes, sha256: file.sha256 }),
        ...(problem === undefined ? {} : { code: problem.code, reason: problem.message }),
      });
      answer({ kind: "evidenceAnswer", requestId, ...outcome });
    },
    sessionUp(next) {
      if (next.role === "standby") return;
      session = next;
      for (const message of waiting.splice(0)) answer(message);
    },
    sessionDown() {
      session = undefined;
    },
  };
}

function refusal(
  code: Problem["code"],
  message: string,
): { readonly items: readonly EvidenceItem[]; readonly problem: Problem } {
  return { items: [], problem: { code, message } };
}

/** The named item, or the only one; never a guess among several. */
function choose(
  { itemId, actionId }: Request,
  items: readonly EvidenceItem[],
): { readonly item: EvidenceItem } | { readonly problem: Problem } {
  const fits = itemId === undefined ? items : items.filter((item) => item.itemId === itemId);
  const [item, ...others] = fits;
  if (item === undefined) {
    const what = itemId === undefined ? `of action ${actionId}` : `item ${itemId}`;
    return {
      problem: { code: "fetch.nothing_found", message: `nothing ${what} is in the endpoint's quarantine list` },
    };
  }
  if (others.length > 0) {
    return { problem: { code: "fetch.ambiguous", message: `${fits.length} objects fit; name one by its item id` } };
  }
  return { item };
}

/** With a hash in the order only that file was to be touched: another one is a wrong item, or a torn transfer. */
function otherThanOrdered({ spec }: ActionOrder, { sha256, md5 }: FileHashes): VaultRefusal | undefined {
  if (spec.kind !== "getFile" && spec.kind !== "quarantineFile") return undefined;
  const wanted = spec.sha256 ?? spec.md5;
  const found = spec.sha256 === undefined ? md5 : sha256;
  if (wanted === undefined || wanted === found) return undefined;
  return { kind: "refused", code: "fetch.hash_mismatch", message: `the order names ${wanted}, the file is ${found}` };
}
