import { AppError } from "@cordon/core/kernel";
import { expect, test } from "vitest";
import { asNotSent, callError, deliveryOf } from "./delivery.ts";
import { KSC_ERRORS, mapPxgError } from "./ksc-errors.ts";

/** kaspersky.md 4.4, line by line: module, code, and what a client must take it for. */
const DOCUMENTED = [
  ["KLSTD", 1184, "ksc.access_denied"],
  ["KLSTD", 1186, "ksc.not_found"],
  ["KLSTD", 1192, "ksc.malformed_argument"],
  ["KLSTD", 1193, "ksc.not_permitted"],
  ["KLSTD", 1195, "ksc.unavailable"],
  ["KLSTD", 1229, "ksc.limit"],
  ["KLPRSS", 1125, "ksc.not_found"],
  ["KLCONN", 1194, "ksc.unsupported"],
  ["KLWAT", 1445, "ksc.session_lost"],
  ["KLWAT", 1453, "ksc.bad_credentials"],
  ["KLWAT", 1454, "ksc.bad_credentials"],
  ["SPL", 2013, "ksc.account_locked"],
] as const;

test.each(DOCUMENTED)("%s %i is %s", (module, code, expected) => {
  const error = mapPxgError("Tasks.GetTask", { code, subcode: 2, module, file: "x.cpp", line: 1, message: "why" });
  expect(error.code).toBe(expected);
  expect(error.details).toEqual({ method: "Tasks.GetTask", kscModule: module, kscCode: code, kscSubcode: 2 });
  expect(error.message).toContain(`${module} ${code}/2 why`);
});

test("the table holds the documented codes and the two whose numbers nobody confirmed", () => {
  expect(
    KSC_ERRORS.filter((entry) => entry.evidence === "S").map(({ module, code, maps }) => [module, code, maps]),
  ).toEqual(DOCUMENTED);
  expect(KSC_ERRORS.filter((entry) => entry.evidence !== "S").map(({ mnemonic, maps }) => [mnemonic, maps])).toEqual([
    ["STDE_EXIST", "ksc.already_exists"],
    ["STDE_TOOBIG", "ksc.limit"],
  ]);
});

test("a code under another module's name is still understood, an unknown one is refused by KSC", () => {
  expect(mapPxgError("M", { code: 1186, module: "KLSRV" }).code).toBe("ksc.not_found");
  expect(mapPxgError("M", { code: 99, module: "KLX", message: "m".repeat(5_000) }).code).toBe("ksc.refused");
  expect(mapPxgError("M", { code: 99, message: "m".repeat(5_000) }).message.length).toBeLessThan(400);
});

test.each([[null], ["text"], [{}], [{ code: "1186" }]])("a PxgError that is %j is not understood", (raw) => {
  expect(mapPxgError("M", raw).code).toBe("ksc.unexpected_reply");
});

test("an error tells whether its request reached KSC; when it does not say, the effect is unknown", () => {
  expect(deliveryOf(mapPxgError("M", { code: 1186 }))).toBe("answered");
  expect(deliveryOf(callError("ksc.timeout", "M", "late", "not_sent"))).toBe("not_sent");
  expect(deliveryOf(callError("ksc.answer_lost", "M", "cut", "unknown"))).toBe("unknown");
  expect(deliveryOf(new AppError("ksc.unexpected_reply", "M"))).toBe("unknown");
  expect(deliveryOf(new Error("bug"))).toBe("unknown");
});

test("a call that only waited for a login that KSC refused was itself never sent", () => {
  const refused = mapPxgError("Session.StartSession", { code: 1453, module: "KLWAT" });
  const waited = asNotSent(refused, "");
  expect(waited.code).toBe("ksc.bad_credentials");
  expect(deliveryOf(waited)).toBe("not_sent");
});
