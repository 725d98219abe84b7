import { open, type FileHandle } from "node:fs/promises";
import { printableText } from "./printable-text.ts";

/** Longest vital product data the PCI address register can reach. */
const maxBytes = 32 * 1024;

/** Room for any text attribute worth telling; sysfs gives one with the first read. */
const attributeBytes = 1024;

/**
 * Content of a file of the kernel, at most 32 KiB, or what could be read of it before the hardware failed; undefined if it
 * cannot be read at all, for whatever reason.
 */
export async function readKernelFile(path: string): Promise<Uint8Array | undefined> {
  return await withFile(path, async (file) => {
    const bytes = new Uint8Array(maxBytes);
    let length = 0;
    while (length < bytes.length) {
      const bytesRead = await readSome(file, bytes, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return bytes.subarray(0, length);
  });
}

async function readSome(file: FileHandle, bytes: Uint8Array, offset: number): Promise<number> {
  try {
    return (await file.read(bytes, offset, bytes.length - offset, offset)).bytesRead;
  } catch {
    return 0;
  }
}

/** A text attribute, printable and bounded; undefined if it is empty or cannot be read. */
export async function readAttribute(path: string): Promise<string | undefined> {
  const bytes = await withFile(path, async (file) => {
    const bytes = new Uint8Array(attributeBytes);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    return bytes.subarray(0, bytesRead);
  });
  const text = bytes === undefined ? "" : printableText(bytes);
  return text === "" ? undefined : text;
}

async function withFile<T>(path: string, read: (file: FileHandle) => Promise<T>): Promise<T | undefined> {
  try {
    const file = await open(path, "r");
    try {
      return await read(file);
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}
