import { chmod, mkdir } from "node:fs/promises";
import type { Clock, Logger } from "@cordon/core/kernel";
import { openSignerRecord } from "@cordon/store";
import { commandKeys, fileKeys } from "./key-provider.ts";
import { openKeyRings } from "./key-rings.ts";
import type { OrderSigner } from "./order-signer.ts";
import { createOrderSigner } from "./sign-orders.ts";
import type { SignerSettings } from "./signer-settings.ts";

/** The signer's parts out of its settings, in whichever process it runs. */
export async function openSigner(
  settings: SignerSettings,
  deps: { readonly clock: Clock; readonly logger: Logger },
): Promise<{ readonly signer: OrderSigner; close(): Promise<void> }> {
  const { folder, database, command } = settings;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  const provider = command === undefined ? fileKeys(folder) : commandKeys(command);
  const record = openSignerRecord({ ...database, logger: deps.logger });
  const rings = openKeyRings(folder, provider, deps.clock);
  return { signer: createOrderSigner({ record, rings, provider, ...deps }), close: () => record.close() };
}
