import type { ProcessSpec, RenderedFile } from "./run-plan.ts";

/**
 * True if a process started from one spec is what the other asks for, so that it may go on: equal command line, equal
 * files, and equal facts learned only at its start. Everything else in a spec is for those who watch over it.
 */
export function isSameProcess(left: ProcessSpec, right: ProcessSpec): boolean {
  return (
    isSameList(left.argv, right.argv) &&
    isSameList(left.wrapper, right.wrapper) &&
    isSameList(left.readAtStart ?? [], right.readAtStart ?? []) &&
    left.files.length === right.files.length &&
    left.files.every((file, index) => isSameFile(file, right.files[index]))
  );
}

function isSameList(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((word, index) => word === right[index]);
}

function isSameFile(left: RenderedFile, right: RenderedFile | undefined): boolean {
  return left.path === right?.path && left.content === right.content && left.mode === right.mode;
}
