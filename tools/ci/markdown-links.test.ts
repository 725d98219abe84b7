import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "../..");
const pages = ["*.md", "docs/**/*.md", "examples/**/*.md", "charts/**/*.md", "packages/*/*.md"].flatMap((pattern) =>
  globSync(pattern, { cwd: root, exclude: (name) => name === "node_modules" }),
);

/** Lines that are text, not code. */
function textOf(page: string): readonly string[] {
  return readFileSync(join(root, page), "utf8")
    .replaceAll(/^```[^]*?^```$/gm, "")
    .split("\n");
}

/** What a heading is linked by. */
function anchorOf(heading: string): string {
  const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
  return text.replaceAll(/[^\p{L}\p{N}\s_-]/gu, "").replaceAll(/\s/g, "-");
}

function anchorsOf(page: string): ReadonlySet<string> {
  return new Set(textOf(page).flatMap((line) => anchorOf(/^#+ +(.*?) *$/.exec(line)?.[1] ?? "") || []));
}

test("links between pages lead somewhere, and so do the places in them", () => {
  const dead = pages.flatMap((page) =>
    textOf(page).flatMap((line) =>
      [...line.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = ""]) =>
        isGood(page, link) ? [] : [`${page}: ${link}`],
      ),
    ),
  );
  assert.deepEqual(dead, []);
  assert.ok(pages.length > 50);
});

function isGood(page: string, link: string): boolean {
  if (/^(https?|mailto):/.test(link)) return true;
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? page : normalize(join(dirname(page), path));
  if (!existsSync(join(root, target))) return false;
  return anchor === undefined || !target.endsWith(".md") || anchorsOf(target).has(anchor);
}

test("every page is reached from the first one", () => {
  const reached = new Set<string>();
  const follow = (page: string): void => {
    if (reached.has(page) || !existsSync(join(root, page))) return;
    reached.add(page);
    for (const [, link = ""] of textOf(page)
      .join("\n")
      .matchAll(/\]\(([^)\s#]+\.md)(?:#[^)]*)?\)/g)) {
      if (!/^https?:/.test(link)) follow(normalize(join(dirname(page), link)));
    }
  };
  follow("README.md");
  assert.deepEqual(
    pages.filter((page) => !reached.has(page)),
    [],
  );
});
