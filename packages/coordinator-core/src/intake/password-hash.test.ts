import { Secret, systemRandom } from "@cordon/core/kernel";
import { expect, test } from "vitest";
import { hashPassword, verifyPassword } from "./password-hash.ts";

test("only the right password fits its hash, which holds neither it nor a reused salt", async () => {
  const password = new Secret("correct horse battery staple");
  const [hash, another] = [await hashPassword(password, systemRandom), await hashPassword(password, systemRandom)];
  expect(hash).not.toBe(another);
  expect(hash).not.toContain(password.reveal());
  expect(await verifyPassword(password, hash)).toBe(true);
  expect(await verifyPassword(new Secret("correct horse battery stapl"), hash)).toBe(false);
});

test("a hash of another form fits nothing", async () => {
  expect(await verifyPassword(new Secret("x"), "plain:x")).toBe(false);
});
