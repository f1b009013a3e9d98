import { type InventoryReader, openInventoryReader } from "@cordon/agent-store";
import { AppError, type EndpointId, endpointId } from "@cordon/core/kernel";
import type { AgentConfig } from "./config/index.ts";

/** What people call endpoints, from the agent's own copy of the inventory: KSC is not asked. */
export interface EndpointNames {
  /** Undefined: the inventory does not have it. */
  nameOf(id: EndpointId): string | undefined;
}

const CANDIDATES_MAX = 10;

export function withEndpointNames<T>(config: AgentConfig, use: (names: EndpointNames) => T): T {
  const inventory = openInventoryReader(config.stateDir);
  try {
    return use({ nameOf: (id) => inventory?.find(id)?.displayName });
  } finally {
    inventory?.close();
  }
}

/**
 * The endpoint that a person means by its KSC host id, FQDN or name. Throws `endpoint.not_found` or, with the candidates,
 * `endpoint.ambiguous` [S5]. `isKnown` says of an id that the inventory does not have whether it is one all the same.
 */
export function endpointNamed(config: AgentConfig, text: string, isKnown: (id: EndpointId) => boolean): EndpointId {
  const inventory = openInventoryReader(config.stateDir);
  try {
    return choose(inventory, text, isKnown);
  } finally {
    inventory?.close();
  }
}

function choose(
  inventory: InventoryReader | undefined,
  text: string,
  isKnown: (id: EndpointId) => boolean,
): EndpointId {
  const id = endpointId(text);
  if (inventory?.find(id) !== undefined || isKnown(id)) return id;
  const found = inventory?.named(text, CANDIDATES_MAX + 1) ?? [];
  const [first] = found;
  if (first === undefined) {
    throw new AppError("endpoint.not_found", `neither ledger nor inventory has an endpoint ${text}`);
  }
  if (found.length === 1) return first.endpointId;
  const shown = found.slice(0, CANDIDATES_MAX).map((one) => `${one.displayName} (${one.endpointId})`);
  const more = found.length > CANDIDATES_MAX ? " and more" : "";
  throw new AppError("endpoint.ambiguous", `${text} fits ${shown.join(", ")}${more}: name one by its id`);
}
