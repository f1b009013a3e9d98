import fc from "fast-check";
import { expect, test } from "vitest";
import { parseKscJson, stringifyKscJson } from "./json.ts";

const integer = fc
  .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
  .map((value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value));
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: "small" },
    integer,
    fc.string(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("tree")),
    fc.dictionary(
      fc.string().filter((name) => name !== "__proto__"),
      tie("tree"),
      { noNullPrototype: true },
    ),
  ),
}));

test("every tree of values with 64-bit numbers comes back as it went", () => {
  fc.assert(
    fc.property(tree, (value) => {
      expect(parseKscJson(stringifyKscJson(value))).toEqual(value);
    }),
  );
});
