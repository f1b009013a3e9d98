import fc from "fast-check";
import { expect, it } from "vitest";
import { mapGroups } from "./map-groups.ts";

const theirs = fc.constantFrom("a", "b", "c", "CN=SOC,OU=MSP", "A");
const map = fc.dictionary(fc.constantFrom("soc", "ops", "audit"), fc.array(theirs)).map((object) => {
  return new Map(Object.entries(object));
});

it("[I5] somebody is in a group here exactly when the map names one of the provider's groups for it, exact to the letter", () => {
  fc.assert(
    fc.property(fc.uniqueArray(theirs), map, (given, known) => {
      const mapped = mapGroups(given, known);
      for (const [name, names] of known) {
        expect(mapped.includes(name)).toBe(names.some((one) => given.includes(one)));
      }
      expect(mapped.every((name) => known.has(name))).toBe(true);
    }),
  );
});

it("[I5] without a map the provider's names are the names here", () => {
  expect(mapGroups(["soc", "CN=SOC,OU=MSP"], undefined)).toEqual(["soc", "CN=SOC,OU=MSP"]);
});
