import type { StructuralNode } from "./structural-schema.ts";

/** Collects one TypeScript interface per named object node; the same name must always mean the same fields. */
export class TypeWriter {
  readonly #interfaces = new Map<string, string>();

  /** The TypeScript expression for a node; declares the interfaces it needs on the way. */
  expression(node: StructuralNode): string {
    if (node.type === undefined) return "unknown";
    switch (node.type) {
      case "string":
        return node.enum === undefined ? "string" : node.enum.map((word) => JSON.stringify(word)).join(" | ");
      case "integer":
        return "number";
      case "boolean":
        return "boolean";
      case "array":
        return `readonly ${this.#element(node.items)}[]`;
      case "object":
        return this.#object(node);
    }
  }

  /** Adds a type under its name; used twice, the first comment stays and the bodies must be equal. */
  declare(name: string, comment: string, body: string): void {
    const known = this.#interfaces.get(name);
    if (known === undefined) this.#interfaces.set(name, comment + body);
    else if (!known.endsWith(body)) throw new Error(`two different types are named ${name}`);
  }

  /** All interfaces, in order of declaration. */
  text(): string {
    return [...this.#interfaces.values()].join("\n\n");
  }

  #element(items: StructuralNode | undefined): string {
    if (items === undefined) throw new Error("a list needs items");
    const text = this.expression(items);
    return text.includes("|") ? `(${text})` : text;
  }

  #object(node: StructuralNode): string {
    if (node.additionalProperties !== undefined) {
      return `Readonly<Record<string, ${this.expression(node.additionalProperties)}>>`;
    }
    const name = node["x-type"];
    if (name === undefined) throw new Error(`an object without a type name: ${node.description ?? ""}`);
    const required = new Set(node.required);
    const fields = Object.entries(node.properties ?? {}).map(([field, child]) => {
      const optional = required.has(field) ? "" : "?";
      return `${comment(child, "  ")}  readonly ${field}${optional}: ${this.expression(child)};`;
    });
    // An empty interface would accept every value; a record of nothing accepts only an object without fields.
    const body =
      fields.length === 0
        ? `export type ${name} = Readonly<Record<string, never>>;`
        : `export interface ${name} {\n${fields.join("\n")}\n}`;
    this.declare(name, comment(node), body);
    return name;
  }
}

function comment(node: StructuralNode, indent = ""): string {
  return node.description === undefined ? "" : `${indent}/** ${node.description} */\n`;
}
