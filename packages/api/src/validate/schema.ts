/** A CEL rule of the API server on an object, with the message a user sees when it is broken. */
export interface Rule {
  readonly rule: string;
  readonly message: string;
}

/** Text with the limits of a structural schema; lengths count Unicode code points. */
export interface TextSchema {
  readonly type: "string";
  readonly enum?: readonly string[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: "date-time";
}

/** A whole number; the validator holds it to ±(2^53 − 1) so that no digit is lost on the way. */
export interface IntegerSchema {
  readonly type: "integer";
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: number;
}

/** true or false. */
export interface BooleanSchema {
  readonly type: "boolean";
  readonly default?: boolean;
}

/** An ordered list; with `set` its members are unique. */
export interface ListSchema {
  readonly type: "array";
  readonly items: Schema;
  readonly set?: true;
  readonly default?: readonly unknown[];
}

/** An object with free keys. */
export interface MapSchema {
  readonly type: "map";
  readonly values: Schema;
}

/** An object with declared fields; any other field is unknown. */
export interface ObjectSchema {
  readonly type: "object";
  readonly fields: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly rules?: readonly Rule[];
}

/** Any JSON value, kept as it is. */
export interface AnySchema {
  readonly type: "any";
}

/** A node of the compact schema table that the validators interpret; generated from `packages/api/schema`. */
export type Schema = TextSchema | IntegerSchema | BooleanSchema | ListSchema | MapSchema | ObjectSchema | AnySchema;
