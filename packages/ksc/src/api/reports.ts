import { AppError, type Clock } from "@cordon/core/kernel";
import * as z from "zod";
import type { CallOptions, KscCaller, KscSessionCaller } from "../session/caller.ts";
import { anyParams, binary, int, params, reading, readNothing, returning, safeLong } from "../values/reply-schemas.ts";
import type { KscParams } from "../values/wire-types.ts";

const reportEntry = params({ RPT_ID: safeLong, RPT_DN: z.string().optional() });

/** Class ReportManager (kaspersky.md 4.16). */
export function createReportManager(caller: KscCaller) {
  return {
    enumReports: (
      options?: CallOptions,
    ): Promise<readonly { readonly id: number; readonly displayName: string | undefined }[]> =>
      caller.call(
        "ReportManager.EnumReports",
        {},
        "reads",
        returning(z.array(reportEntry.transform((entry) => ({ id: entry.RPT_ID, displayName: entry.RPT_DN })))),
        options,
      ),

    /** The request to await with `awaitAction` in the same session; its data names the file under `KLRPT_OUTPUT_FILE`. */
    executeReportAsync: (reportId: number, reportOptions: KscParams, options?: CallOptions): Promise<string> =>
      caller.call(
        "ReportManager.ExecuteReportAsync",
        { lReportId: reportId, pOptions: reportOptions },
        "changes",
        reading(z.looseObject({ strRequestId: z.string() }).transform((reply) => reply.strRequestId)),
        options,
      ),

    /** The report piece by piece; `bytesLeft` 0 at the end. "Changes": a repeat would skip a piece. */
    executeReportAsyncGetData: (
      of: { readonly requestId: string; readonly chunkBytes: number },
      options?: CallOptions,
    ): Promise<{ readonly xml: Uint8Array; readonly bytesLeft: number; readonly chart: KscParams | undefined }> =>
      caller.call(
        "ReportManager.ExecuteReportAsyncGetData",
        { strRequestId: of.requestId, nChunkSize: of.chunkBytes },
        "changes",
        reading(
          z
            .looseObject({ pXmlData: binary, nDataSizeRest: int, pChartData: anyParams.optional() })
            .transform((reply) => ({
              xml: reply.pXmlData,
              bytesLeft: reply.nDataSizeRest,
              chart: reply.pChartData,
            })),
        ),
        options,
      ),

    executeReportAsyncCancel: (requestId: string, options?: CallOptions): Promise<void> =>
      caller.call("ReportManager.ExecuteReportAsyncCancel", { strRequestId: requestId }, "reads", readNothing, options),
  };
}

/** A busy file transfer: again after 10 s, up to 5 times (kaspersky.md 4.4). */
const BUSY = { waitMs: 10_000, retriesMax: 5 } as const;

/** Fetches the file that a finished report names. `file` is a path on the same server; anything else is refused. */
export async function downloadReport(
  session: KscSessionCaller,
  file: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<Buffer> {
  const path = file.startsWith("/") ? file : `/${file}`;
  if (path.startsWith("//") || !/^[!-~]+$/.test(path)) {
    throw new AppError("ksc.unexpected_reply", "ReportManager: KLRPT_OUTPUT_FILE is not a path on the server");
  }
  for (let retry = 0; ; retry += 1) {
    try {
      return await session.download(path, { signal });
    } catch (error) {
      const busy = error instanceof AppError && error.code === "ksc.unavailable";
      if (!busy || retry === BUSY.retriesMax) throw error;
      await clock.sleep(BUSY.waitMs, signal);
    }
  }
}
