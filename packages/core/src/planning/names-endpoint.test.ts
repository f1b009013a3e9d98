import { expect, test } from "vitest";
import { namingsOf, textsNaming } from "./names-endpoint.ts";

const WS1 = {
  endpointId: "Host-1",
  instanceId: "c0ffee",
  displayName: "WS-1",
  hostName: "WS-1",
  fqdn: "ws-1.acme.example",
  addresses: ["10.0.0.1", "2001:DB8::1"],
};

test.each([
  ["the host id, any case", { DeviceCustomString1: "host-1" }, "hostId"],
  ["the instance id", { "Extra.asset": "C0FFEE" }, "hostId"],
  ["the full name", { SourceHostName: "WS-1.ACME.example." }, "fqdn"],
  ["the host name", { DeviceHostName: " ws-1 " }, "hostName"],
  ["an address", { SourceAddress: "10.0.0.1" }, "address"],
  ["an address in another spelling", { SourceAddress: "2001:db8:0::1" }, "address"],
  ["one of a list", { "SA.hosts": ["other", "ws-1"] }, "hostName"],
] as const)("[P20] an event names its endpoint by %s", (_name, fields, by) => {
  const [[field, value] = []] = Object.entries(fields);
  expect(namingsOf(fields, WS1)).toEqual([{ field, value: Array.isArray(value) ? value[1] : value, by }]);
});

test.each([
  ["part of a name", { Message: "ws-1 is down" }],
  ["a longer name", { DeviceHostName: "ws-11" }],
  ["the same label in another domain", { DeviceHostName: "ws-1.other.example" }],
  ["another address that begins alike", { SourceAddress: "10.0.0.11" }],
  ["an empty text", { DeviceHostName: "" }],
])("[P20] %s names nobody", (_name, fields) => {
  expect(namingsOf(fields, WS1)).toEqual([]);
});

test("[P20] of an endpoint without a full name any domain will do", () => {
  const bare = { endpointId: "h", displayName: "WS-1", addresses: [] };
  expect(namingsOf({ DeviceHostName: "ws-1.acme.example" }, bare)).toMatchObject([{ by: "hostName" }]);
});

test("[P20] the surest comes first", () => {
  const fields = { SourceAddress: "10.0.0.1", DeviceHostName: "ws-1", DeviceCustomString1: "host-1" };
  expect(namingsOf(fields, WS1).map(({ by }) => by)).toEqual(["hostId", "hostName", "address"]);
});

test("what an event is searched for covers everything that may name the endpoint", () => {
  expect(textsNaming(WS1)).toEqual(["host-1", "c0ffee", "ws-1.acme.example", "ws-1", "10.0.0.1", "2001"]);
});
