import type { KscErrorBody } from "../model/errors.ts";
import type { KscParams, KscValue } from "../model/values.ts";
import { params } from "../model/values.ts";

/**
 * An answer: `PxgRetVal` and out parameters are top level, so a params value there is a plain object, and long and
 * datetime are plain too; only what lies inside a container is wrapped.
 */
export interface Reply {
  readonly PxgRetVal?: KscValue | KscParams;
  readonly [outParameter: string]: KscValue | KscParams | undefined;
}

export function errorReply(error: KscErrorBody): Reply {
  return {
    PxgError: {
      code: error.code,
      subcode: error.subcode,
      module: error.module,
      file: "klsim.cpp",
      line: 1,
      message: error.message,
      locdata: params({
        format: error.message,
        "format-id": 0,
        locmodule: "KLSRV",
        args: [...error.args],
      }),
    },
  };
}
