import { INDICATOR_TYPES, type Indicator } from "@cordon/core/action";
import fc from "fast-check";
import { expect, test } from "vitest";
import { OPEN_IOC_LIMITS, renderOpenIoc } from "./open-ioc.ts";

test("every type of indicator has its search term, and any of them is a hit", () => {
  const [file, ...more] = renderOpenIoc(
    "act_1",
    INDICATOR_TYPES.map((type) => ({ type, value: `v-${type}` })),
  );
  expect(more).toEqual([]);
  const items = [...(file?.content ?? "").matchAll(/search="([^"]+)" type="mir"\/><Content type="([^"]+)">([^<]+)</g)];
  expect(items.map(([, search, type, value]) => [search, type, value])).toEqual([
    ["FileItem/Md5sum", "md5", "v-md5"],
    ["FileItem/Sha256sum", "sha256", "v-sha256"],
    ["FileItem/FullPath", "string", "v-filePath"],
    ["FileItem/FileName", "string", "v-fileName"],
    ["PortItem/remoteIP", "IP", "v-ipAddress"],
    ["DnsEntryItem/Host", "string", "v-domain"],
    ["UrlHistoryItem/URL", "string", "v-url"],
  ]);
  expect(file?.content).toContain('operator="OR"');
  expect(new Set(file?.content.match(/id="[^"]+"/g)).size).toBe(INDICATOR_TYPES.length + 2);
});

test("no value leaves its element", () => {
  const unescapeXml = (text: string) =>
    text
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&quot;", '"')
      .replaceAll("&apos;", "'")
      .replaceAll("&amp;", "&");
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("<", ">", "&", '"', "'", "]", "a", "ä", "😀"), minLength: 1 }),
      (value) => {
        const content = renderOpenIoc("k", [{ type: "fileName", value }])[0]?.content ?? "";
        const inside = /<Content type="string">([^<]*)<\/Content>/.exec(content)?.[1];
        expect(unescapeXml(inside ?? "")).toBe(value);
        expect(content.match(/<IndicatorItem /g)).toHaveLength(1);
      },
    ),
  );
});

test.each(["a\u0000b", "a\nb", "\ud800"])("%j cannot be written into an IOC file and is refused", (value) => {
  expect(() => renderOpenIoc("k", [{ type: "fileName", value }])).toThrow(/action\.invalid_arguments.*indicators\[0\]/);
});

test("indicators are split over files of at most 2 MB, and more than 10 MB are refused", () => {
  const many = (count: number): Indicator[] =>
    Array.from({ length: count }, (_, index) => ({ type: "url", value: `${index}/${"ä".repeat(2_000)}` }));
  const files = renderOpenIoc("k", many(1_000));
  expect(files.length).toBeGreaterThan(1);
  for (const { content } of files) expect(Buffer.byteLength(content)).toBeLessThanOrEqual(OPEN_IOC_LIMITS.fileBytesMax);
  expect(files.reduce((sum, { content }) => sum + (content.match(/<IndicatorItem /g)?.length ?? 0), 0)).toBe(1_000);
  expect(new Set(files.map(({ name }) => name)).size).toBe(files.length);
  expect(() => renderOpenIoc("k", many(2_600))).toThrow(/action\.invalid_arguments.*at most 10000000/);
});
