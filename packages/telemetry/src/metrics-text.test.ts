import { expect, test } from "vitest";
import { renderMetrics } from "./metrics-text.ts";

test("families come with help and type, and labels are escaped", () => {
  const labels = { site: 'a"b\\c\nd' };
  const family = { name: "x_seconds", help: "how\nlong", type: "gauge", samples: [{ labels, value: 1.5 }] } as const;
  expect(renderMetrics([family])).toBe(
    '# HELP x_seconds how\\nlong\n# TYPE x_seconds gauge\nx_seconds{site="a\\"b\\\\c\\nd"} 1.5\n',
  );
});

test("a family without samples is left out, and nothing at all is an empty text", () => {
  expect(renderMetrics([{ name: "x", help: "x", type: "counter", samples: [] }])).toBe("");
});

test.each([
  [Number.NaN, "NaN"],
  [Number.POSITIVE_INFINITY, "+Inf"],
  [Number.NEGATIVE_INFINITY, "-Inf"],
  [0, "0"],
])("%s is written as Prometheus reads it", (value, text) => {
  const family = { name: "x", help: "x", type: "gauge", samples: [{ labels: {}, value }] } as const;
  expect(renderMetrics([family])).toContain(`\nx ${text}\n`);
});
