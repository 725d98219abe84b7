import assert from "node:assert/strict";
import test from "node:test";
import { readSharedYaml, skipWithoutShared } from "./testing/shared-files.ts";
import { runJson } from "./testing/run-here.ts";
import { manifest } from "./testing/manifests.ts";

/** What the design changes on purpose (section 6): the id and why; the expectation stands in the test. */
const deviations: Readonly<Record<string, { readonly why: string; readonly matchList: object }>> = {
  "reconcile-01-configmap-and-matchlist": {
    why: "matchList is what is really selected: on w1 oc is shadowed by gm",
    matchList: { gm: [{ nodeName: "w1", profile: "gm-p" }], oc: [{ nodeName: "w2", profile: "oc-p" }] },
  },
};

interface OperatorVector {
  readonly id: string;
  readonly op: string;
  readonly input: {
    readonly ptpConfigs: readonly object[];
    readonly nodes: readonly object[];
    readonly object: object;
    readonly secrets?: readonly object[];
  };
  readonly expect: {
    readonly configMap: { readonly data: Readonly<Record<string, unknown>> };
    readonly matchList: object;
    readonly allowed: boolean;
    readonly messageContains?: string;
  };
}

interface DaemonVector {
  readonly id: string;
  readonly area: string;
  readonly title: string;
  readonly given: {
    readonly profile: string | object;
    readonly run_id?: number;
    readonly node?: string;
    readonly conf?: string;
    readonly interface?: string;
    readonly process?: string;
    readonly profiles?: readonly object[];
  };
  readonly expect: {
    readonly files?: Readonly<Record<string, string>>;
    readonly argv_lines?: Readonly<Record<string, string>>;
    readonly rendered?: string;
    readonly run_ids?: Readonly<Record<string, number>>;
  };
}

test("operator vectors", { skip: skipWithoutShared }, async (t) => {
  const { vectors } = readSharedYaml("vectors/operator.yaml") as { readonly vectors: readonly OperatorVector[] };
  for (const { id, op, input, expect } of vectors) {
    const deviation = deviations[id];
    const title = `${id}${deviation === undefined ? "" : ` (changed on purpose: ${deviation.why})`}`;
    if (op === "reconcilePtpConfigs") {
      await t.test(`resolve: ${title}`, async () => {
        const documents = manifest(...input.ptpConfigs, ...input.nodes.map((node) => asKind("Node", node)));
        const { result, json } = await runJson(["resolve", "-f", "-"], documents);
        assert.equal(result.exitCode, 0, result.stderr);
        const { nodes, status } = json as {
          readonly nodes: Readonly<Record<string, { readonly profiles: unknown }>>;
          readonly status: Readonly<Record<string, { readonly matchList: unknown }>>;
        };
        const data = Object.entries(nodes).map(([name, { profiles }]) => [name, profiles]);
        assert.deepEqual(Object.fromEntries(data), expect.configMap.data);
        const matchList = Object.entries(status).map(([key, each]) => [key.split("/")[2], each.matchList]);
        assert.deepEqual(Object.fromEntries(matchList), deviation?.matchList ?? expect.matchList);
      });
    }
    if (op === "admitPtpConfig" || op === "admitPtpOperatorConfig") {
      await t.test(`lint: ${title}`, async () => {
        const secrets = (input.secrets ?? []).map((secret) => asKind("Secret", secret));
        const { json } = await runJson(["lint", "-f", "-"], manifest(input.object, ...secrets));
        const { results } = json as {
          readonly results: readonly { readonly allowed: boolean; readonly errors: readonly { message: string }[] }[];
        };
        assert.equal(results.length, 1);
        const messages = results.flatMap(({ errors }) => errors.map(({ message }) => message)).join("\n");
        assert.equal(results[0]?.allowed, expect.allowed, messages);
        if (expect.messageContains !== undefined) assert.ok(messages.includes(expect.messageContains), messages);
      });
    }
  }
});

/** Vectors that cannot be told by what render prints; other packages run them. */
const notRendered: Readonly<Record<string, string>> = {
  D069: "sockets have invented names there; plan runs it with the names of this project",
  D075: "controlledId steers the PMC monitor of the existing stack; the agent observes every ptp4l by itself",
};

test("daemon vectors", { skip: skipWithoutShared }, async (t) => {
  const { vectors } = readSharedYaml("vectors/daemon.yaml") as { readonly vectors: readonly DaemonVector[] };
  const ours = vectors.filter(({ area }) => area === "profile-apply" || area === "config-render");
  assert.ok(ours.length >= 10);
  for (const vector of ours) {
    await t.test(`render: ${vector.id} ${vector.title}`, async (t) => {
      const reason = notRendered[vector.id];
      if (reason !== undefined) return t.diagnostic(`not run here: ${reason}`);
      if (vector.area === "config-render") return await checkConf(vector);
      return vector.expect.run_ids === undefined ? await checkApply(vector) : await checkRunIds(vector);
    });
  }
});

async function checkApply({ given, expect }: DaemonVector): Promise<void> {
  const profile = given.profile as { readonly name: string };
  const processes = await render([profile], `${profile.name}=${given.run_id ?? 0}`, given.node);
  for (const [program, line] of Object.entries(expect.argv_lines ?? {})) {
    const found = processes.find(({ name }) => name === program);
    // No empty words where the options had two spaces.
    assert.equal([...(found?.wrapper ?? []), ...(found?.argv ?? [])].join(" "), line.replaceAll(/ +/g, " "));
  }
  const files = processes.flatMap(({ files }) => files.map(({ path, content }) => [path, content] as const));
  // The vectors tell the files of the programs they are about.
  for (const [path, content] of Object.entries(expect.files ?? {})) assert.equal(new Map(files).get(path), content);
}

async function checkRunIds({ given, expect }: DaemonVector): Promise<void> {
  const processes = await render(given.profiles ?? [], "", given.node);
  const files = processes.filter(({ name }) => name === "ptp4l").flatMap(({ files }) => files);
  const ids = files.map(({ path, content }) => [
    /#profile: (.*)/.exec(content)?.[1],
    Number(/\d+/.exec(path.slice(14))?.[0]),
  ]);
  assert.deepEqual(Object.fromEntries(ids), expect.run_ids);
}

/** The vectors call the renderer itself, with a tag and a socket of their own; render decides both. */
async function checkConf({ given, expect }: DaemonVector): Promise<void> {
  const program = given.process === "" ? (given.conf?.includes("[<") === true ? "synce4l" : "ptp4l") : given.process;
  const profile = {
    name: given.profile,
    ptp4lOpts: "",
    [`${program}Conf`]: given.conf,
    // A given option keeps render from adding one to the file.
    [`${program}Opts`]: program === "ptp4l" ? "-2 --summary_interval 1" : " ",
    ...(given.interface === "" ? {} : { interface: given.interface }),
  };
  const processes = await render([profile], "", given.node);
  const content = processes.find(({ name }) => name === program)?.files[0]?.content ?? "no such process";
  const expected = withoutNames(expect.rendered ?? "");
  // synce4l has no management socket of ptp4l's form; only the bare renderer of the vector gives it one.
  assert.equal(withoutNames(content), program === "synce4l" ? expected.replace("uds_address\n", "") : expected);
}

function withoutNames(conf: string): string {
  return conf.replace(/^(message_tag|uds_address) .*$/gm, "$1");
}

async function render(profiles: readonly object[], runIds: string, node = "node1") {
  const argv = ["render", "-f", "-", "--node", node, ...(runIds === "" ? [] : ["--run-ids", runIds])];
  const { result, json } = await runJson(argv, JSON.stringify(profiles));
  assert.equal(result.exitCode, 0, result.stderr);
  return (
    json as {
      readonly processes: readonly {
        readonly name: string;
        readonly argv: readonly string[];
        readonly wrapper: readonly string[];
        readonly files: readonly { readonly path: string; readonly content: string }[];
      }[];
    }
  ).processes;
}

function asKind(kind: string, object: object): object {
  return { apiVersion: "v1", kind, ...object };
}
