import { AppError, type ErrorCode } from "@cordon/core/kernel";
import * as z from "zod";
import { anyParams } from "../values/reply-schemas.ts";

export interface KscErrorMapping {
  readonly module: string;
  readonly code: number;
  readonly mnemonic: string;
  readonly maps: ErrorCode;
  /** S: seen in the documentation. UNCONFIRMED: the name is documented, its number is not. */
  readonly evidence: "S" | "UNCONFIRMED";
}

/** Every error code of kaspersky.md 4.4, and what it is called here. */
export const KSC_ERRORS: readonly KscErrorMapping[] = [
  { module: "KLSTD", code: 1184, mnemonic: "STDE_NOACCESS", maps: "ksc.access_denied", evidence: "S" },
  { module: "KLSTD", code: 1185, mnemonic: "STDE_EXIST", maps: "ksc.already_exists", evidence: "UNCONFIRMED" },
  { module: "KLSTD", code: 1186, mnemonic: "STDE_NOTFOUND", maps: "ksc.not_found", evidence: "S" },
  { module: "KLSTD", code: 1187, mnemonic: "STDE_TOOBIG", maps: "ksc.limit", evidence: "UNCONFIRMED" },
  { module: "KLSTD", code: 1192, mnemonic: "STDE_BADFORMAT", maps: "ksc.malformed_argument", evidence: "S" },
  { module: "KLSTD", code: 1193, mnemonic: "STDE_NOTPERM", maps: "ksc.not_permitted", evidence: "S" },
  { module: "KLSTD", code: 1195, mnemonic: "STDE_UNAVAIL", maps: "ksc.unavailable", evidence: "S" },
  { module: "KLSTD", code: 1229, mnemonic: "STDE_LIMIT_VIOLATION", maps: "ksc.limit", evidence: "S" },
  { module: "KLPRSS", code: 1125, mnemonic: "NOT_EXIST", maps: "ksc.not_found", evidence: "S" },
  { module: "KLCONN", code: 1194, mnemonic: "GCR_NO_SUCH_CALL", maps: "ksc.unsupported", evidence: "S" },
  { module: "KLWAT", code: 1445, mnemonic: "ERR_NO_SUCH_CLIENT", maps: "ksc.session_lost", evidence: "S" },
  { module: "KLWAT", code: 1453, mnemonic: "ERR_LOGON_IFAILED", maps: "ksc.bad_credentials", evidence: "S" },
  { module: "KLWAT", code: 1454, mnemonic: "web token failed", maps: "ksc.bad_credentials", evidence: "S" },
  { module: "SPL", code: 2013, mnemonic: "account blocked", maps: "ksc.account_locked", evidence: "S" },
];

const BY_MODULE_AND_CODE = new Map(KSC_ERRORS.map((entry) => [`${entry.module}:${entry.code}`, entry]));
/** The numbers are distinct across modules, so a server that names another module is still understood. */
const BY_CODE = new Map(KSC_ERRORS.map((entry) => [entry.code, entry]));

const MESSAGE_CHARS_MAX = 300;

const pxgError = z.looseObject({
  code: z.int(),
  subcode: z.int().optional(),
  module: z.string().optional(),
  message: z.string().optional(),
  locdata: anyParams.optional(),
});

/**
 * `PxgError` of an answer as our error. `details`: `kscModule`, `kscCode`, `kscSubcode`, `method`. A code outside the table is
 * `ksc.refused`; an error that has no code at all is `ksc.unexpected_reply`.
 */
export function mapPxgError(method: string, raw: unknown): AppError {
  const parsed = pxgError.safeParse(raw);
  if (!parsed.success) {
    return new AppError("ksc.unexpected_reply", `${method}: PxgError has no readable code`, {
      details: { method, field: "PxgError" },
    });
  }
  const { code, subcode = 0, module = "" } = parsed.data;
  const known = BY_MODULE_AND_CODE.get(`${module}:${code}`) ?? BY_CODE.get(code);
  const message = (parsed.data.message ?? "").slice(0, MESSAGE_CHARS_MAX);
  return new AppError(known?.maps ?? "ksc.refused", `${method}: ${module} ${code}/${subcode} ${message}`.trim(), {
    details: { method, kscModule: module, kscCode: code, kscSubcode: subcode },
  });
}
