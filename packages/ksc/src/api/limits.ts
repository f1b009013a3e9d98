import type { CallOptions, KscCaller } from "../session/caller.ts";
import { returning, yesOrNo } from "../values/reply-schemas.ts";

/** Class Limits (kaspersky.md 4.20). */
export function createLimits(caller: KscCaller) {
  return {
    /** From KSC 15.1 on; older servers answer `ksc.unsupported`. */
    isMethodPresent: (
      of: { readonly className: string; readonly method: string },
      options?: CallOptions,
    ): Promise<boolean> =>
      caller.call(
        "Limits.IsMethodPresent",
        { strInstance: "", strClass: of.className, strMethod: of.method },
        "reads",
        returning(yesOrNo),
        options,
      ),
  };
}
