import type { Schema } from "../validate/schema.ts";

/** The node of a compact schema at a path such as `spec.profile[].ptpClockThreshold`. Throws when there is none. */
export function schemaAt(schema: Schema, path: string): Schema {
  let node = schema;
  for (const step of path.split(".")) {
    const name = step.replace(/\[\]$/, "");
    if (node.type !== "object") throw new Error(`${path}: ${name} has no parent object`);
    const field = node.fields[name];
    if (field === undefined) throw new Error(`${path}: no field ${name}`);
    node = step.endsWith("[]") && field.type === "array" ? field.items : field;
  }
  return node;
}
