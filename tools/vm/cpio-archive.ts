/** A file of an archive, with its path from the root, without a leading slash. */
export interface ArchiveEntry {
  readonly path: string;
  /** Type and permissions as in `st_mode`: 0o100755 is a program, 0o040755 a folder. */
  readonly mode: number;
  /** Absent for a folder. */
  readonly content?: Uint8Array;
}

/** The archive that Linux unpacks as its first file system (cpio, "newc"), uncompressed. Folders go before what is in them. */
export function cpioArchive(entries: readonly ArchiveEntry[]): Buffer {
  const end: ArchiveEntry = { path: "TRAILER!!!", mode: 0 };
  return Buffer.concat([...entries, end].flatMap((entry, index) => record(entry, index + 1)));
}

function record({ path, mode, content = new Uint8Array() }: ArchiveEntry, inode: number): Buffer[] {
  const name = Buffer.from(`${path}\0`);
  const [uid, gid, links, modified, check] = [0, 0, 1, 0, 0];
  const devices = [0, 0, 0, 0];
  const numbers = [inode, mode, uid, gid, links, modified, content.length, ...devices, name.length, check];
  const header = Buffer.from(`070701${numbers.map((each) => each.toString(16).padStart(8, "0")).join("")}`);
  return [header, name, padding(header.length + name.length), Buffer.from(content), padding(content.length)];
}

function padding(length: number): Buffer {
  return Buffer.alloc(-length & 3);
}
