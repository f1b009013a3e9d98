import { hostname, networkInterfaces } from "node:os";
import type { HostNames } from "@cordon/core/lease";

/** How this machine names itself, as far as the operating system tells without asking the network. */
export function ownHost(): HostNames {
  const name = hostname();
  const addresses = Object.values(networkInterfaces())
    .flatMap((cards) => cards ?? [])
    .filter(
      ({ internal, address }) =>
        !internal && !address.toLowerCase().startsWith("fe80:") && !address.startsWith("169.254."),
    )
    .map(({ address }) => address);
  return { hostName: name, addresses, ...(name.includes(".") ? { fqdn: name } : {}) };
}
