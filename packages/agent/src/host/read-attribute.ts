import { open } from "node:fs/promises";
import { printableText } from "./printable-text.ts";

/** Longest vital product data the PCI address register can reach. */
const maxBytes = 32 * 1024;

/** The first bytes of a file of the kernel, at most `limit`; undefined if it cannot be read, for whatever reason. */
export async function readKernelFile(path: string, limit = maxBytes): Promise<Uint8Array | undefined> {
  try {
    const file = await open(path, "r");
    try {
      return await readUntilEnd(file, new Uint8Array(limit));
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}

/** A text attribute, printable and bounded; undefined if it is empty or cannot be read. */
export async function readAttribute(path: string): Promise<string | undefined> {
  const bytes = await readKernelFile(path, 1024);
  const text = bytes === undefined ? "" : printableText(bytes);
  return text === "" ? undefined : text;
}

async function readUntilEnd(
  file: Pick<Awaited<ReturnType<typeof open>>, "read">,
  bytes: Uint8Array,
): Promise<Uint8Array> {
  let length = 0;
  while (length < bytes.length) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length, length);
    length += bytesRead;
    if (bytesRead === 0) break;
  }
  return bytes.subarray(0, length);
}
