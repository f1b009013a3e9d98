import { AppError, Secret } from "@cordon/core/kernel";
import * as z from "zod/mini";
import { readPrivateFile } from "../private-file.ts";
import { KSC_CREDENTIAL, readCredential } from "../service/credential.ts";
import { type Absolute, count, fileName, optionalPath, seconds, text } from "./fields.ts";

export const kscSection = z.strictObject({
  /** Open API address of the Administration Server, `https://host:13299`. */
  url: z.url({ protocol: /^https$/, error: "must be https://host:port" }),
  /** KSC account; see docs/runbook.md for the rights it needs. */
  user: text,
  /** File with the password alone, mode 0600. Without it `CORDON_KSC_PASSWORD` must be set. */
  passwordFile: z.optional(fileName),
  /** NT domain of a Windows account. */
  domain: z.optional(z.string()),
  /** True for an account that exists in KSC only. */
  internalUser: z.optional(z.boolean()),
  /** How KSC's certificate is known: exactly one of `pinSha256`, `pinFile` and `caFile`. */
  trust: z.strictObject({
    /** SHA-256 of the server's certificate; a list while it is being renewed. */
    pinSha256: z.optional(z.union([z.string(), z.array(z.string()).check(z.minLength(1), z.maxLength(8))])),
    /** PEM of the server's own certificate (klserver.cer). */
    pinFile: z.optional(fileName),
    /** PEM of the CA that issued it. */
    caFile: z.optional(fileName),
    /** With `caFile`: the name in the certificate, when it is not the address. */
    serverName: z.optional(z.string()),
  }),
  /** Virtual Administration Server to log on to. */
  virtualServer: z.optional(text),
  /** Sessions towards KSC: how many requests are under way at once. */
  sessions: z._default(count(1, 32), 4),
  loginMode: z._default(z.enum(["token", "connection"]), "token"),
  timeoutSeconds: z._default(seconds(600), 30),
  /** KSC lies behind the site's proxy, too. Left out it is reached straight, whatever `proxy` says. */
  throughProxy: z._default(z.boolean(), false),
});

type KscSection = z.output<typeof kscSection>;

/** Paths made absolute; a section whose certificate would not be known is refused. */
export function finishKsc(section: KscSection, absolute: Absolute, file: string): KscSection {
  const { trust } = section;
  const named = [trust.pinSha256, trust.pinFile, trust.caFile].filter((one) => one !== undefined).length;
  if (named !== 1) {
    const text =
      "ksc.trust: give exactly one of pinSha256, pinFile and caFile; copy klserver.cer from the server to pin it";
    throw new AppError("config.invalid", `${file}: ${text}`);
  }
  return {
    ...section,
    ...optionalPath("passwordFile", section.passwordFile, absolute),
    trust: {
      ...trust,
      ...optionalPath("pinFile", trust.pinFile, absolute),
      ...optionalPath("caFile", trust.caFile, absolute),
    },
  };
}

export function kscPasswordOf(file: string | undefined, env: Readonly<Record<string, string | undefined>>): Secret {
  // What the service manager hands over is that very file, which the service itself may not read.
  const handed = readCredential(env, KSC_CREDENTIAL);
  if (handed !== undefined) return handed;
  if (file !== undefined) return readPrivateFile(file, "ksc.passwordFile");
  const value = env.CORDON_KSC_PASSWORD;
  if (value !== undefined && value !== "") return new Secret(value);
  throw new AppError(
    "config.invalid",
    "no KSC password: set ksc.passwordFile, or CORDON_KSC_PASSWORD in the environment",
  );
}
