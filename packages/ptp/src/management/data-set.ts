import type { Field } from "./field.ts";

/** How the data of one management TLV is laid out. */
export interface DataSet<T> {
  /** The value held by exactly these bytes, or the reason in words why they hold none. Never throws. */
  readonly decode: (view: DataView) => { readonly value: T } | { readonly reason: string };
  /** The bytes of `value`, even in number; throws a RangeError naming the field that does not fit. */
  readonly encode: (value: T) => Uint8Array;
}

/** Value type of a data set. */
export type ValueOf<D> = D extends DataSet<infer T> ? T : never;

type FieldsOf<T> = { readonly [K in keyof T]: Field<T[K]> };

/** A data set of `byteLength` bytes whose fields stand at fixed places; bytes in none are reserved and written zero. */
export function fixedDataSet<T extends object>(byteLength: number, fields: FieldsOf<T>): DataSet<T> {
  return {
    decode: (view) => {
      if (view.byteLength !== byteLength)
        return { reason: `${view.byteLength} bytes of data instead of ${byteLength}` };
      return readFields(view, fields);
    },
    encode: (value) => {
      const bytes = new Uint8Array(byteLength);
      writeFields(new DataView(bytes.buffer), fields, value);
      return bytes;
    },
  };
}

/** A data set of fixed fields and then, at `textAt`, a PTPText (length byte, UTF-8) that fills the rest; padded to even. */
export function textDataSet<T extends object, K extends string>(
  textAt: number,
  fields: FieldsOf<T>,
  name: K,
): DataSet<T & Readonly<Record<K, string>>> {
  return {
    decode: (view) => {
      if (view.byteLength <= textAt)
        return { reason: `${view.byteLength} bytes of data, at least ${textAt + 1} needed` };
      const length = view.getUint8(textAt);
      const spare = view.byteLength - textAt - 1 - length;
      if (spare < 0 || spare > 1) return { reason: `${name} of ${length} bytes in ${view.byteLength} bytes of data` };
      const fixed = readFields(view, fields);
      if ("reason" in fixed) return fixed;
      const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(
        new Uint8Array(view.buffer, view.byteOffset + textAt + 1, length),
      );
      return { value: { ...fixed.value, [name]: text } as T & Readonly<Record<K, string>> };
    },
    encode: (value) => {
      const text = new TextEncoder().encode(value[name]);
      if (text.length > 0xff) throw new RangeError(`${name}: longer than 255 bytes`);
      const used = textAt + 1 + text.length;
      const bytes = new Uint8Array(used + (used % 2));
      writeFields<T>(new DataView(bytes.buffer), fields, value);
      bytes[textAt] = text.length;
      bytes.set(text, textAt + 1);
      return bytes;
    },
  };
}

function readFields<T extends object>(view: DataView, fields: FieldsOf<T>): { value: T } | { reason: string } {
  const value: Partial<T> = {};
  for (const name of fieldNames(fields)) {
    const read = fields[name].read(view);
    if (read === undefined) return { reason: `${String(name)}: code ${view.getUint8(fields[name].at)} is not known` };
    value[name] = read;
  }
  return { value: value as T };
}

function writeFields<T extends object>(view: DataView, fields: FieldsOf<T>, value: T): void {
  for (const name of fieldNames(fields)) {
    try {
      fields[name].write(view, value[name]);
    } catch (error) {
      throw new RangeError(`${String(name)}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  }
}

function fieldNames<T extends object>(fields: FieldsOf<T>): (keyof T)[] {
  return Object.keys(fields) as (keyof T)[];
}
