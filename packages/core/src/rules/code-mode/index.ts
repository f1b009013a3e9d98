export { canonicalWhen } from "./canonical.ts";
export { type CodeProblem, type CodeSpan, printCodeProblem } from "./code-problem.ts";
export { type ParsedCode, parseCode } from "./parse-code.ts";
export { printWhen, printWhenPretty } from "./print-code.ts";
