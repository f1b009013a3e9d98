import type { Download, Site } from "./site.ts";

const DOWNLOADS_MAX = 200;

export interface FileAnswer {
  readonly status: 200 | 206 | 403 | 404 | 416 | 503;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const EMPTY = new Uint8Array();

export function addDownload(site: Site, path: string, file: Omit<Download, "busyLeft">): void {
  site.downloads.set(path, { ...file, busyLeft: site.world.knobs.fileBusyTimes });
  for (const oldest of site.downloads.keys()) {
    if (site.downloads.size <= DOWNLOADS_MAX) return;
    site.downloads.delete(oldest);
  }
}

/** GET of a report file, with or without a range; the first requests may hear "busy" (knob `fileBusyTimes`). */
export function answerDownload(file: Download | undefined, range: string | undefined): FileAnswer {
  if (file === undefined) return { status: 404, headers: {}, body: EMPTY };
  if (file.busyLeft > 0) {
    file.busyLeft -= 1;
    return { status: 503, headers: { "retry-after": "10" }, body: EMPTY };
  }
  const headers = { "content-type": file.contentType, "accept-ranges": "bytes" };
  const asked = range === undefined ? null : /^bytes=(\d+)-(\d*)$/.exec(range.trim());
  if (asked === null) return { status: 200, headers, body: file.bytes };
  const start = Number(asked[1]);
  const end = Math.min(asked[2] === "" ? file.bytes.length - 1 : Number(asked[2]), file.bytes.length - 1);
  if (start >= file.bytes.length || start > end) {
    return { status: 416, headers: { "content-range": `bytes */${file.bytes.length}` }, body: EMPTY };
  }
  return {
    status: 206,
    headers: { ...headers, "content-range": `bytes ${start}-${end}/${file.bytes.length}` },
    body: file.bytes.subarray(start, end + 1),
  };
}
