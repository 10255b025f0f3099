// Fills `{{name}}` in what a rule says. Pure. An unknown name stays as it is, so that it is seen.
export type TemplateValues = Readonly<Record<string, string>>;

export const fillTemplate = (text: string, values: TemplateValues): string =>
  text.replace(/\{\{\s*([\w.]+)\s*\}\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? "") : whole,
  );

/** Strings anywhere inside a tool's input. */
export const fillDeep = (value: unknown, values: TemplateValues): unknown => {
  if (typeof value === "string") return fillTemplate(value, values);
  if (Array.isArray(value)) return value.map((each) => fillDeep(each, values));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fillDeep(each, values)]));
};
