import { describe, expect, it } from "vitest";
import { passesBy } from "./passes-by.ts";

describe("noProxy", () => {
  it.each([
    ["coordinator.example", "coordinator.example", true],
    ["Coordinator.Example:443", "coordinator.example", true],
    [".example", "coordinator.example", true],
    ["*.example", "coordinator.example", true],
    ["example", "coordinator.example", true],
    ["ordinator.example", "coordinator.example", false],
    ["10.0.0.0/8", "10.1.2.3", true],
    ["10.0.0.0/8", "11.1.2.3", false],
    ["10.1.2.3", "10.1.2.3", true],
    ["fd00::/8", "fd12::1", true],
    ["3", "10.1.2.3", false],
    ["*", "anything", true],
  ])("%s and %s: %s", (entry, host, straight) => {
    expect(passesBy([entry], host)).toBe(straight);
  });
});
