/** What a person who writes a plain program would write for subnets of IPv4: no objects, no regular expressions. */
export function ipv4Of(text: string): number {
  let address = 0;
  let octet = 0;
  let dots = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 46) {
      address = address * 256 + octet;
      octet = 0;
      dots++;
    } else if (code >= 48 && code <= 57) octet = octet * 10 + code - 48;
    else return -1;
  }
  return dots === 3 ? address * 256 + octet : -1;
}

export interface Ipv4Range {
  readonly first: number;
  readonly last: number;
}

export function ipv4RangeOf(subnet: string): Ipv4Range {
  const [address = "", bits = "32"] = subnet.split("/");
  const size = 2 ** (32 - Number(bits));
  const first = Math.floor(ipv4Of(address) / size) * size;
  return { first, last: first + size - 1 };
}
