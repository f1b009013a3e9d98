import { isInSubnet, parseIpAddress, parseSubnet } from "@cordon/core/rules";

/** Whether a host is reached straight, by the words of NO_PROXY: names, `.suffix`, addresses, subnets and `*`; ports do not count. */
export function passesBy(noProxy: readonly string[], host: string): boolean {
  const wanted = host.toLowerCase();
  const address = parseIpAddress(wanted);
  return noProxy.some((entry) => {
    const name = entry.toLowerCase().replace(/:\d+$/, "");
    if (name === "*") return true;
    if (address !== undefined) {
      const subnet = parseSubnet(name);
      return subnet !== undefined && isInSubnet(address, subnet);
    }
    const suffix = name.replace(/^\*?\./, "");
    return wanted === suffix || wanted.endsWith(`.${suffix}`);
  });
}
