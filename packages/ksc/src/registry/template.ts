import { AppError } from "@cordon/core/kernel";

/**
 * A template is JSON in which a text `"{{name}}"` stands for a variable's value, with its type. `"{{name?}}"` leaves the member
 * out when the variable is absent, `"{{name=text}}"` puts that text instead. Inside a longer text a variable is written into
 * it. Values are put into the structure, never into JSON text, so none can break out.
 */
export type Template = null | boolean | number | string | readonly Template[] | { readonly [name: string]: Template };

export type TemplateValue =
  | null
  | boolean
  | number
  | string
  | readonly TemplateValue[]
  | { readonly [name: string]: TemplateValue };

export type TemplateVariables = Readonly<Record<string, TemplateValue | undefined>>;

/** `always`: the variable has a value in every order. `maybe`: the template must say what happens without it. */
export type VariableCatalogue = Readonly<Record<string, "always" | "maybe">>;

export type CompiledTemplate = (variables: TemplateVariables) => TemplateValue;

type Node = (variables: TemplateVariables) => TemplateValue | undefined;

const PLACEHOLDER = /\{\{([A-Za-z][A-Za-z0-9]*)(\?|=[^{}]*)?\}\}/g;
const DEPTH_MAX = 16;

/** Throws `config.invalid` that names the place in the template, e.g. `shapes.isolateHost.params.timeout`. */
export function compileTemplate(template: Template, catalogue: VariableCatalogue, place: string): CompiledTemplate {
  const node = compileNode(template, catalogue, place, 0);
  return (variables) => node(variables) ?? null;
}

function compileNode(template: Template, catalogue: VariableCatalogue, place: string, depth: number): Node {
  if (depth > DEPTH_MAX) throw wrong(place, `is nested deeper than ${DEPTH_MAX}`);
  if (typeof template === "string") return compileText(template, catalogue, place);
  if (template === null || typeof template !== "object") return () => template;
  if (isList(template)) {
    const items = template.map((item, index) => compileNode(item, catalogue, `${place}[${index}]`, depth + 1));
    return (variables) => items.map((item) => item(variables)).filter((value) => value !== undefined);
  }
  const members = Object.entries(template).map(([name, member]): [string, Node] => [
    name,
    compileNode(member, catalogue, `${place}.${name}`, depth + 1),
  ]);
  return (variables) => {
    const rendered: Record<string, TemplateValue> = {};
    for (const [name, member] of members) {
      const value = member(variables);
      if (value !== undefined) rendered[name] = value;
    }
    return rendered;
  };
}

function compileText(text: string, catalogue: VariableCatalogue, place: string): Node {
  const found = [...text.matchAll(PLACEHOLDER)];
  if (text.replaceAll(PLACEHOLDER, "").includes("{{")) {
    throw wrong(place, `has a placeholder that is none of {{name}}, {{name?}}, {{name=text}}: "${text.slice(0, 80)}"`);
  }
  for (const [, name = "", fallback] of found) checkVariable(name, fallback, catalogue, place);
  const only = found.length === 1 && found[0]?.[0] === text ? found[0] : undefined;
  if (only !== undefined) {
    const [, name = "", fallback] = only;
    return (variables) => variables[name] ?? (fallback?.startsWith("=") ? fallback.slice(1) : undefined);
  }
  if (found.length === 0) return () => text;
  return (variables) =>
    text.replaceAll(PLACEHOLDER, (_all, name: string, fallback: string | undefined) => {
      const value = variables[name];
      if (value === undefined) return fallback?.startsWith("=") ? fallback.slice(1) : "";
      return typeof value === "object" ? JSON.stringify(value) : String(value);
    });
}

function checkVariable(name: string, fallback: string | undefined, catalogue: VariableCatalogue, place: string): void {
  const presence = Object.hasOwn(catalogue, name) ? catalogue[name] : undefined;
  if (presence === undefined) {
    throw wrong(place, `names an unknown variable "${name}"; known here: ${Object.keys(catalogue).join(", ")}`);
  }
  if (presence === "maybe" && fallback === undefined) {
    throw wrong(place, `must say what happens without "${name}": {{${name}?}} or {{${name}=text}}`);
  }
}

function isList(template: object): template is readonly Template[] {
  return Array.isArray(template);
}

function wrong(place: string, problem: string): AppError {
  return new AppError("config.invalid", `request template: ${place} ${problem}`);
}
