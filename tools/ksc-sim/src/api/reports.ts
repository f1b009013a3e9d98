import { addDownload } from "../http/download.ts";
import { KscError, notFound } from "../model/errors.ts";
import type { KscParams } from "../model/values.ts";
import { params, paramsOf } from "../model/values.ts";
import { rememberResult, startAction } from "./async-action.ts";
import type { Call, MethodTable } from "./method.ts";
import { method, VOID } from "./method.ts";
import { visibleHosts } from "./scope.ts";

interface Report {
  readonly id: number;
  readonly name: string;
  readonly rows: (call: Call) => readonly (readonly string[])[];
}

const REPORTS: readonly Report[] = [
  {
    id: 1,
    name: "Protection status report",
    rows: (call) => [...visibleHosts(call)].map((host) => [host.name, host.kesVersion ?? "none", host.behaviour]),
  },
  {
    id: 9,
    name: "Report on task results",
    rows: (call) =>
      [...call.world.tasks.values()].flatMap((task) =>
        [...task.runs.values()].map((run) => [task.name, run.host.name, run.state]),
      ),
  },
];

const EXTENSIONS = [
  ["html", "text/html"],
  ["xls", "application/vnd.ms-excel"],
  ["pdf", "application/pdf"],
] as const;

/** Reports: started, polled with CheckActionState, fetched as a file or in chunks. */
export const reportMethods: MethodTable = {
  "ReportManager.EnumReports": method({
    right: "reports",
    args: {},
    handle: () => ({ PxgRetVal: REPORTS.map((report) => params({ RPT_ID: report.id, RPT_DN: report.name })) }),
  }),
  "ReportManager.GetReportIds": method({
    right: "reports",
    args: {},
    handle: () => ({ PxgRetVal: REPORTS.map((report) => report.id) }),
  }),
  "ReportManager.GetReportInfo": method({
    right: "reports",
    args: { lReportId: "int" },
    handle: (_call, { lReportId }) => {
      const report = reportOf(lReportId);
      return { PxgRetVal: { RPT_ID: report.id, RPT_DN: report.name } };
    },
  }),
  "ReportManager.ExecuteReportAsync": method({
    right: "reports",
    args: { lReportId: "int", pOptions: "params" },
    handle: (call, { lReportId, pOptions }) => ({ strRequestId: execute(call, reportOf(lReportId), pOptions) }),
  }),
  "ReportManager.ExecuteReportAsyncGetData": method({
    right: "reports",
    args: { strRequestId: "string", nChunkSize: "int" },
    handle: (call, { strRequestId, nChunkSize }) => {
      const pending = call.session.pendingResults.get(strRequestId);
      if (pending === undefined) throw notFound("Request", strRequestId);
      if (call.session.actions.has(strRequestId))
        throw new KscError("unavailable", "The report has not been reported finished yet", { subcode: 1 });
      const data = Buffer.from(pending, "utf8");
      const chunk = data.subarray(0, Math.max(1, nChunkSize));
      const rest = data.subarray(chunk.length);
      if (rest.length === 0) call.session.pendingResults.delete(strRequestId);
      else call.session.pendingResults.set(strRequestId, rest.toString("utf8"));
      return { pXmlData: chunk.toString("base64"), nDataSizeRest: rest.length, pChartData: {} };
    },
  }),
  "ReportManager.ExecuteReportAsyncCancel": method({
    right: "reports",
    args: { strRequestId: "string" },
    handle: (call, { strRequestId }) => {
      if (!call.session.pendingResults.delete(strRequestId)) throw notFound("Request", strRequestId);
      if (call.session.actions.has(strRequestId)) call.session.actions.cancel(strRequestId);
      return VOID;
    },
  }),
};

function reportOf(id: number): Report {
  const report = REPORTS.find((one) => one.id === id);
  if (report === undefined) throw notFound("Report", id);
  return report;
}

function execute(call: Call, report: Report, options: KscParams): string {
  const format = paramsOf(options.KLRPT_OUTPUT_FORMAT) ?? {};
  const [extension, contentType] = EXTENSIONS[Number(format.KLRPT_XML_TARGET_TYPE ?? 0)] ?? EXTENSIONS[0];
  const most = Number(format.KLRPT_MAX_RECORDS_DETAILS ?? 1000);
  const rows = report.rows(call).slice(0, most);
  const path = `/reports/${call.world.random.token(16)}/report.${extension}`;
  const html = `<html><head><title>${escapeXml(report.name)}</title></head><body><table>${rows
    .map((row) => `<tr>${row.map((cell) => `<td>${escapeXml(cell)}</td>`).join("")}</tr>`)
    .join("")}</table></body></html>`;
  addDownload(call.entry, path, { bytes: Buffer.from(html), contentType, owner: call.session });
  const requestId = startAction(call, { KLRPT_OUTPUT_FILE: path });
  const xml = `<report name="${escapeXml(report.name)}">${rows.map((row) => `<row>${row.map((cell) => `<c>${escapeXml(cell)}</c>`).join("")}</row>`).join("")}</report>`;
  rememberResult(call, requestId, xml);
  return requestId;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
