import type { Random } from "./random.ts";

/** No input gets longer. */
export const maxInputBytes = 65_536;

/** Words on which parsers turn: ends of numbers, separators, signs, what JSON and terminals mind. */
const separators = "\n \r\n \0 : ; , . = - + / \\ \" ' [ ] { } #".split(" ");
const numbers = "0 -1 255 256 65535 4294967296 9223372036854775808 1e999 NaN Infinity 0x".split(" ");
const names = [
  "null",
  "true",
  "[]",
  "{}",
  "__proto__",
  "constructor",
  "\u00fc",
  "\ud83d\ude00",
  "\u2028",
  "\u001b[31m",
];
const words = [" ", "\t", ...separators, ...numbers, ...names].map((word) => Buffer.from(word));

type Mutation = (bytes: Buffer, random: Random, others: readonly Uint8Array[]) => Buffer;

const mutations: readonly Mutation[] = [
  flipBit,
  setByte,
  removePart,
  insertWord,
  insertWord,
  repeatPart,
  multiplyPart,
  multiplyPart,
  changeNumber,
  changeNumber,
  splice,
  swapParts,
];

/** Changes an input in one to four places, or joins it with another of the corpus. */
export function mutate(input: Uint8Array, random: Random, corpus: readonly Uint8Array[]): Uint8Array {
  let bytes = Buffer.from(input);
  for (let left = 1 + random(4); left > 0; left--) {
    const mutation = mutations[random(mutations.length)] ?? flipBit;
    bytes = Buffer.from(mutation(bytes, random, corpus).subarray(0, maxInputBytes));
  }
  return bytes;
}

function flipBit(bytes: Buffer, random: Random): Buffer {
  if (bytes.length === 0) return bytes;
  const at = random(bytes.length);
  bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << random(8)), at);
  return bytes;
}

function setByte(bytes: Buffer, random: Random): Buffer {
  if (bytes.length > 0)
    bytes.writeUInt8([0, 0x0a, 0x20, 0x7f, 0xff, random(256)][random(6)] ?? 0, random(bytes.length));
  return bytes;
}

function removePart(bytes: Buffer, random: Random): Buffer {
  const [start, end] = part(bytes, random);
  return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
}

function insertWord(bytes: Buffer, random: Random): Buffer {
  const at = random(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), words[random(words.length)] ?? Buffer.alloc(0), bytes.subarray(at)]);
}

function repeatPart(bytes: Buffer, random: Random): Buffer {
  const [start, end] = part(bytes, random);
  return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)]);
}

/** Very often: what takes more than linear time shows. */
function multiplyPart(bytes: Buffer, random: Random): Buffer {
  const [start, end] = part(bytes, random, 8);
  const times = Math.min(2 ** random(14), Math.floor(maxInputBytes / Math.max(1, end - start)));
  const many = Buffer.concat(Array.from({ length: times }, () => bytes.subarray(start, end)));
  return Buffer.concat([bytes.subarray(0, start), many, bytes.subarray(end)]);
}

/** Another number in place of one, of any size and sign. */
function changeNumber(bytes: Buffer, random: Random): Buffer {
  const text = bytes.toString("latin1");
  const found = [...text.slice(0, 4_096).matchAll(/-?\d+/g)];
  const chosen = found[random(Math.max(1, found.length))];
  if (chosen === undefined) return bytes;
  const digits = Array.from({ length: 1 + random(24) }, () => random(10)).join("");
  const number = [digits, `-${digits}`, "0", "-0", `${random(300)}`, `${digits}.${digits}`][random(6)] ?? digits;
  return Buffer.from(text.slice(0, chosen.index) + number + text.slice(chosen.index + chosen[0].length), "latin1");
}

function splice(bytes: Buffer, random: Random, others: readonly Uint8Array[]): Buffer {
  const other = others[random(Math.max(1, others.length))] ?? bytes;
  return Buffer.concat([bytes.subarray(0, random(bytes.length + 1)), other.subarray(random(other.length + 1))]);
}

function swapParts(bytes: Buffer, random: Random): Buffer {
  const [start, end] = part(bytes, random);
  return Buffer.concat([bytes.subarray(end), bytes.subarray(start, end), bytes.subarray(0, start)]);
}

function part(bytes: Buffer, random: Random, longest = bytes.length): readonly [start: number, end: number] {
  const start = random(bytes.length + 1);
  return [start, start + random(Math.min(longest, bytes.length - start) + 1)];
}
