import { expect, it } from "vitest";
import { sourceOf } from "./source.ts";

it.each([
  ["192.0.2.7", "192.0.2.7"],
  ["::ffff:192.0.2.7", "192.0.2.7"],
  ["2001:db8:0:1::1", "2001:db8:0:1::/64"],
  ["2001:0DB8:0000:0001:ffff:ffff:ffff:ffff", "2001:db8:0:1::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["", ""],
  ["1::2::3", "1::2::3"],
  ["1:2:3", "1:2:3"],
])("[T1] %s is counted as %s", (address, source) => {
  expect(sourceOf(address)).toBe(source);
});
