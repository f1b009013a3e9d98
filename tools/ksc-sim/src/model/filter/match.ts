/**
 * Text patterns of the search filter: `*`, `?`, `[a-z]`, `[^x]`; a wildcard inside brackets is literal, a backslash makes
 * the next character literal. Comparison ignores case, as the server's database collation does.
 */
export type TextMatcher = (text: string) => boolean;

export function compilePattern(raw: string, options: { anywhere: boolean }): TextMatcher {
  if (!/[*?[]/.test(raw)) {
    const wanted = unescapeText(raw).toLowerCase();
    if (options.anywhere) return (text) => text.toLowerCase().includes(wanted);
    return (text) => text.toLowerCase() === wanted;
  }
  const steps = compileSteps(raw);
  const all = options.anywhere ? [ANY, ...steps, ANY] : steps;
  return (text) => runSteps(all, text.toLowerCase());
}

export function unescapeText(raw: string): string {
  return raw.replaceAll(/\\(.)/gs, "$1");
}

type Step = "any" | ((char: string) => boolean);
const ANY: Step = "any";

function compileSteps(raw: string): Step[] {
  const steps: Step[] = [];
  const text = raw.toLowerCase();
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? "";
    if (char === "\\" && at + 1 < text.length) {
      at += 1;
      const literal = text[at] ?? "";
      steps.push((other) => other === literal);
    } else if (char === "*") {
      steps.push(ANY);
    } else if (char === "?") {
      steps.push(() => true);
    } else if (char === "[" && text.indexOf("]", at + 2) !== -1) {
      const end = text.indexOf("]", at + 2);
      steps.push(charSet(text.slice(at + 1, end)));
      at = end;
    } else {
      steps.push((other) => other === char);
    }
  }
  return steps;
}

function charSet(body: string): (char: string) => boolean {
  const negated = body.length > 1 && body.startsWith("^");
  const inside = negated ? body.slice(1) : body;
  const ranges: [string, string][] = [];
  for (let at = 0; at < inside.length; at++) {
    const from = inside[at] ?? "";
    const to = inside[at + 1] === "-" ? inside[at + 2] : undefined;
    if (to !== undefined) at += 2;
    ranges.push([from, to ?? from]);
  }
  return (char) => ranges.some(([from, to]) => char >= from && char <= to) !== negated;
}

/** Greedy with one point of return, so that a hostile pattern costs pattern × text at most. */
function runSteps(steps: readonly Step[], text: string): boolean {
  let step = 0;
  let at = 0;
  let starStep = -1;
  let starAt = 0;
  while (at < text.length) {
    const current = steps[step];
    if (current === ANY) {
      starStep = step;
      starAt = at;
      step += 1;
    } else if (current !== undefined && current !== "any" && current(text[at] ?? "")) {
      step += 1;
      at += 1;
    } else if (starStep >= 0) {
      starAt += 1;
      at = starAt;
      step = starStep + 1;
    } else {
      return false;
    }
  }
  while (steps[step] === ANY) step += 1;
  return step === steps.length;
}
