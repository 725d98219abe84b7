import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { parse } from "yaml";
import type { ConfDocument } from "./document.ts";
import { ensureSection, getOption, setOption } from "./edit-conf.ts";
import { inferClockType } from "./infer-clock-type.ts";
import { normaliseConf } from "./normalise-conf.ts";
import { parseConf } from "./parse-conf.ts";
import { portRoles } from "./port-roles.ts";
import { renderConfFile } from "./render-conf.ts";

/*
 * The acceptance vectors of the existing stack that lie beside the project. Where this package differs on purpose
 * (design.md section 6, "config text": tabs, flags, comments, blank lines and repeated sections are legal), the
 * vector is listed with what holds here instead.
 */

const folder = new URL("../../../../../shared/vectors/", import.meta.url);
const skip = existsSync(folder) ? false : "../shared/vectors is not beside the project";

interface Vector {
  readonly id: string;
  readonly op?: string;
  readonly area?: string;
  readonly input?: { readonly text?: string; readonly ptpConfig?: PtpConfigInput };
  readonly given?: RenderGiven & { readonly cases?: readonly ClockTypeCase[] };
  readonly expect: Record<string, unknown>;
}

interface PtpConfigInput {
  readonly spec: { readonly profile: readonly { readonly interface?: string; readonly ptp4lConf: string }[] };
}

type RenderGiven = Readonly<
  Partial<Record<"conf" | "profile" | "message_tag" | "uds_address" | "process" | "interface" | "node", string>>
>;

interface ClockTypeCase {
  readonly conf: string;
  readonly ptp4lOpts: string | null;
}

function vectors(file: string, choose: (vector: Vector) => boolean): readonly Vector[] {
  const { vectors: all } = parse(readFileSync(new URL(file, folder), "utf8")) as { vectors: readonly Vector[] };
  const chosen = all.filter((vector) => choose(vector));
  assert.ok(chosen.length > 0, `no vectors in ${file}`);
  return chosen;
}

const parseDeviations: ReadonlyMap<string, readonly [sections: unknown, errors: readonly string[], reason: string]> =
  new Map([
    ["conf-03-leading-comment-is-an-error", [{ "[global]": { spp: "5" } }, [], "leading comments are legal"]],
    [
      "conf-05-unclosed-section",
      [{ "[global]": { a: "1" }, "[ens1f0]": { b: "2" } }, ["unclosed-section"], "the rest is read on"],
    ],
    [
      "conf-07-repeated-section-restarts",
      [{ "[global]": { a: "1", b: "2" }, "[ens1f0]": { masterOnly: "1" } }, [], "repeated sections add up"],
    ],
  ]);

test("parsePtp4lConf vectors", { skip }, () => {
  for (const { id, input, expect } of vectors("operator.yaml", ({ op }) => op === "parsePtp4lConf")) {
    const { conf, findings } = parseConf(input?.text ?? "");
    const [sections, errors] = parseDeviations.get(id) ?? [expect["sections"], []];
    assert.deepEqual(valuesBySection(conf), sections, id);
    assert.deepEqual(
      findings.filter((each) => each.severity === "error").map((each) => each.code),
      errors,
      id,
    );
  }
});

test("getInterfaces vectors", { skip }, () => {
  for (const { id, input, expect } of vectors("operator.yaml", ({ op }) => op === "getInterfaces")) {
    const profile = input?.ptpConfig?.spec.profile[0];
    assert.ok(profile);
    const { timeTransmitters, timeReceivers } = portRoles(parseConf(profile.ptp4lConf).conf);
    // [global] stands for the interface of the profile, which also receives if nothing else does.
    const named = (names: readonly string[]): readonly string[] =>
      names.map((name) => (name === "global" ? (profile.interface ?? "") : name)).toSorted();
    assert.deepEqual(named(timeTransmitters), expect["master"], id);
    assert.deepEqual(named(timeReceivers.length > 0 ? timeReceivers : ["global"]), expect["slave"], id);
  }
});

test("clock-type vectors", { skip }, () => {
  for (const { id, given, expect } of vectors("daemon.yaml", ({ area }) => area === "clock-type")) {
    const types = given?.cases?.map(({ conf, ptp4lOpts }) => inferClockType(parseConf(conf).conf, ptp4lOpts ?? ""));
    assert.deepEqual(types, expect["clock_types"], id);
  }
});

test("config-render vectors", { skip }, () => {
  for (const { id, given, expect } of vectors("daemon.yaml", ({ area }) => area === "config-render")) {
    const text = (name: keyof RenderGiven): string => given?.[name] ?? "";
    let conf = normaliseConf(parseConf(text("conf")).conf);
    if (text("interface") !== "") conf = ensureSection(conf, text("interface"));
    conf = setOption(conf, "global", "message_tag", text("message_tag"));
    conf = setOption(conf, "global", "uds_address", text("uds_address"));
    const needsLeapFile = text("process") === "ts2phc" || getOption(conf, "global", "leapfile") !== undefined;
    if (needsLeapFile) conf = setOption(conf, "global", "leapfile", `/etc/leap/${text("node")}`);
    const rendered = renderConfFile(conf, { profileName: text("profile"), flags: "drop" });
    assert.equal(rendered, expect["rendered"], id);
  }
});

function valuesBySection(conf: ConfDocument): unknown {
  const { sections } = normaliseConf(conf);
  return Object.fromEntries(
    sections.map(({ name, entries }) => {
      const options = entries.filter((entry) => entry.kind === "option");
      return [`[${name}]`, Object.fromEntries(options.map(({ key, value }) => [key, value]))];
    }),
  );
}
