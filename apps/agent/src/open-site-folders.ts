import type { EvidenceVault, InventoryStore } from "@cordon/agent-core";
import { openEvidenceVault, openInventoryStore } from "@cordon/agent-store";
import { asAppError, type Logger } from "@cordon/core/kernel";
import type { AgentConfig } from "./config/index.ts";

export interface SiteFolders {
  readonly inventory: InventoryStore | undefined;
  readonly vault: EvidenceVault | undefined;
  close(): void;
}

/**
 * Opens what the agent can do without: the copy of the inventory, which is then held in memory, and the evidence folder, without
 * which no file is fetched. Neither may keep an agent from containing.
 */
export function openSiteFolders({ stateDir, evidence }: AgentConfig, logger: Logger): SiteFolders {
  const inventory = without(logger, "inventory.open", () => openInventoryStore(stateDir));
  const vault = evidence.enabled
    ? without(logger, "evidence.open", () =>
        openEvidenceVault({ folder: evidence.folder, bytesMax: evidence.maxBytes }),
      )
    : undefined;
  return { inventory, vault, close: () => inventory?.close() };
}

function without<T>(logger: Logger, what: string, open: () => T): T | undefined {
  try {
    return open();
  } catch (thrown) {
    const { code, message } = asAppError(thrown);
    logger.warn(what, { code, reason: message });
    return undefined;
  }
}
