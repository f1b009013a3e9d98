import { expect, test } from "vitest";
import { hashFiles } from "./rule-sets.ts";

test("the same files in another order are the same set; a moved boundary is another", () => {
  const [a, b] = [
    { name: "a.yaml", text: "one" },
    { name: "b.yaml", text: "two" },
  ];
  expect(hashFiles([a, b])).toBe(hashFiles([b, a]));
  expect(hashFiles([a, b])).not.toBe(
    hashFiles([
      { ...a, text: "onetwo" },
      { ...b, text: "" },
    ]),
  );
  expect(hashFiles([a])).not.toBe(hashFiles([{ ...a, name: "A.yaml" }]));
});
