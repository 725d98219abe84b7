import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { renderChart } from "../../tools/chart/helm.ts";
import { allows, askedAccess, unusedPermissions, type AskedAccess } from "../../tools/chart/permission-use.ts";
import { permissionsOf, type Permission, type PolicyRule } from "../../tools/chart/permissions.ts";
import type { AuditedRequest, ControlPlane } from "../../tools/kubernetes/control-plane/control-plane.ts";
import { until } from "../../tools/kubernetes/testing/until.ts";
import { namespace, openChartCluster, type ChartCluster } from "./testing/installed-chart.ts";
import { giveAddress, otherNamespace, permissionStory, storyValues } from "./testing/permission-story.ts";

const user = `system:serviceaccount:${namespace}:ptp-operator`;

test(
  "every permission is used, none is missing, and without it the request is refused",
  { timeout: 400_000 },
  async (t) => {
    const cluster = await openChartCluster(t, { audit: true });
    if (cluster === undefined) return;
    const { plane, install } = cluster;
    await plane.kubectl(["create", "namespace", otherNamespace]);
    await giveAddress(plane);
    await install(storyValues);
    for (const { name, act } of permissionStory) await t.test(name, (t) => act(cluster, t));

    const granted = permissionsOf("ptp-operator", renderChart({ values: storyValues }));
    let requests: readonly AuditedRequest[] = [];
    let accesses: readonly AskedAccess[] = [];
    // What the last step led to may still be under way.
    const allUsed = async () => {
      requests = ((await plane.audit?.read()) ?? []).filter((request) => request.user === user);
      accesses = distinct(requests.flatMap(accessesOf));
      return unusedPermissions(granted, accesses).length === 0;
    };
    await until("every permission was used", allUsed, 60_000).catch(() => undefined);
    await t.test("nothing was refused", () => {
      const refused = requests.filter(({ status }) => status === 403);
      assert.deepEqual([...new Set(refused.map(({ verb, uri }) => `${verb} ${uri}`))], []);
    });
    await t.test("every permission was used", () => {
      assert.deepEqual(unusedPermissions(granted, accesses), []);
    });
    await t.test("without a rule, what it was used for is refused", () => refusedWithout(plane, granted, accesses));
    await t.test("an operator that lacks one says so, and goes on when it has it again", (t) => missesOne(t, cluster));
    await t.test("the uninstall is refused nothing, and uses each of its permissions", () => removes(t, cluster));
  },
);

/** Applying what is not there asks for `create` too, without a record of its own. */
function accessesOf(request: AuditedRequest): readonly AskedAccess[] {
  const access = askedAccess(request);
  if (access === undefined) return [];
  return request.verb === "patch" && request.status === 201 ? [access, { ...access, verb: "create" }] : [access];
}

function distinct(accesses: readonly AskedAccess[]): readonly AskedAccess[] {
  return [...new Map(accesses.map((access) => [JSON.stringify(access), access])).values()];
}

interface Role {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules: readonly PolicyRule[];
}

/** Takes one verb of one resource away after the other; nothing else may grant what it was used for. */
async function refusedWithout(
  plane: ControlPlane,
  granted: readonly Permission[],
  accesses: readonly AskedAccess[],
): Promise<void> {
  const stillAllowed: string[] = [];
  let taken = 0;
  for (const role of await rolesOf(plane)) {
    for (const { apiGroups, resources, verbs } of role.rules) {
      for (const resource of resources) {
        for (const verb of verbs) {
          const isIt = (rule: { apiGroup: string; resource: string; verb: string }) =>
            apiGroups.includes(rule.apiGroup) && rule.resource === resource && rule.verb === verb;
          const mine = granted.filter(
            (each) => isIt(each) && (role.kind === "ClusterRole" || each.namespace === role.metadata.namespace),
          );
          const used = accesses.filter((access) => mine.some((each) => allows(each, access)));
          if (used.length === 0) continue;
          taken += 1;
          await replaceRules(plane, role, without(role.rules, resource, verb));
          for (const access of used.slice(0, 3)) {
            const denied = async () => !(await isAllowed(plane, access));
            await until("it is refused", denied, 20_000).catch(() => stillAllowed.push(JSON.stringify(access)));
          }
        }
      }
    }
    await replaceRules(plane, role, role.rules);
  }
  assert.deepEqual(stillAllowed, []);
  assert.ok(taken > 40, `${taken} permissions were taken away`);
}

function without(rules: readonly PolicyRule[], resource: string, verb: string): readonly PolicyRule[] {
  return rules.flatMap((rule) => {
    if (!rule.resources.includes(resource) || !rule.verbs.includes(verb)) return [rule];
    const others = rule.resources.filter((each) => each !== resource);
    const verbs = rule.verbs.filter((each) => each !== verb);
    return [
      ...(others.length > 0 ? [{ ...rule, resources: others }] : []),
      ...(verbs.length > 0 ? [{ ...rule, resources: [resource], verbs }] : []),
    ];
  });
}

async function rolesOf({ api }: ControlPlane): Promise<readonly Role[]> {
  const bound = renderChart({ values: storyValues }).filter(
    ({ kind, metadata }) => /^(Cluster)?Role$/.test(kind) && !/-(viewer|editor)$/.test(metadata.name),
  );
  return Promise.all(bound.map(async (role) => (await api.request("GET", rolePath(role))) as Role));
}

function rolePath({ kind, metadata: { name, namespace: inside } }: Pick<Role, "kind" | "metadata">): string {
  const place = kind === "ClusterRole" ? "clusterroles" : `namespaces/${inside}/roles`;
  return `/apis/rbac.authorization.k8s.io/v1/${place}/${name}`;
}

async function replaceRules({ api }: ControlPlane, role: Role, rules: readonly PolicyRule[]): Promise<void> {
  await api.request("PATCH", rolePath(role), { rules }, "application/merge-patch+json");
}

async function isAllowed({ api }: ControlPlane, access: AskedAccess): Promise<boolean> {
  const [resource, subresource] = access.resource.split("/");
  const { apiGroup: group, namespace: inside, name, verb } = access;
  const spec = { user, resourceAttributes: { group, resource, subresource, namespace: inside, name, verb } };
  const review = { apiVersion: "authorization.k8s.io/v1", kind: "SubjectAccessReview", spec };
  const answer = await api.request("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", review);
  return (answer as { readonly status: { readonly allowed: boolean } }).status.allowed;
}

/** The live operator: no status without the right to write it. */
async function missesOne(t: TestContext, { plane, pods }: ChartCluster): Promise<void> {
  const role = (await rolesOf(plane)).find(({ metadata }) => metadata.name.endsWith("-profiles"));
  assert.ok(role !== undefined);
  await replaceRules(plane, role, without(role.rules, "ptpconfigs/status", "patch"));
  t.after(() => replaceRules(plane, role, role.rules));
  const path = `/apis/ptp.openshift.io/v1/namespaces/${namespace}/ptpconfigs/oc`;
  const change = (priority: number) => {
    const spec = { recommend: [{ profile: "oc", priority, match: [{ nodeName: "one" }] }] };
    return plane.api.request("PATCH", path, { spec }, "application/merge-patch+json");
  };
  await change(20);
  const says = () =>
    pods
      .lines("ptp-operator")
      .some((line) => /forbidden.*ptpconfigs\/status|ptpconfigs\/status.*forbidden/i.test(line));
  await until("the operator says what it lacks", says, 60_000);
  await replaceRules(plane, role, role.rules);
  await until(
    "the status follows",
    async () => {
      const { metadata, status } = (await plane.api.request("GET", path)) as {
        readonly metadata: { readonly generation: number };
        readonly status?: { readonly observedGeneration?: number };
      };
      return status?.observedGeneration === metadata.generation;
    },
    90_000,
  );
}

/** Whether the addresses of an event Service are there: they come after it. */
async function hasSlice({ api }: ControlPlane): Promise<boolean> {
  const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
  const { items } = (await api.request("GET", path)) as {
    readonly items: readonly { readonly metadata: { readonly name: string } }[];
  };
  return items.some(({ metadata }) => metadata.name.startsWith("ptp-event-publisher-service-"));
}

/** The hook has a role of its own, which is gone with it: what it did is read from the audit. */
async function removes(t: TestContext, cluster: ChartCluster): Promise<void> {
  const { plane, uninstall } = cluster;
  await permissionStory.find(({ name }) => name === "events are switched on")?.act(cluster, t);
  await until("the event Services have addresses, to be removed with them", () => hasSlice(plane), 60_000);
  await plane.audit?.clear();
  await uninstall();
  const remover = `system:serviceaccount:${namespace}:ptp-operator-remove`;
  const requests = ((await plane.audit?.read()) ?? []).filter(({ user: who }) => who === remover);
  assert.deepEqual(
    requests.flatMap(({ status, verb, uri }) => (status === 403 ? [`${verb} ${uri}`] : [])),
    [],
  );
  const values = { ...storyValues, uninstall: { enabled: true } };
  const granted = permissionsOf("ptp-operator-remove", renderChart({ values }));
  const accesses = distinct(requests.flatMap(accessesOf));
  assert.ok(granted.length > 10, `${granted.length} permissions`);
  assert.deepEqual(unusedPermissions(granted, accesses), []);
  const spare = granted.filter((each) => {
    const others = granted.filter((other) => other !== each);
    return accesses.every((access) => !allows(each, access) || others.some((other) => allows(other, access)));
  });
  assert.deepEqual(spare, [], "what one allows no other does");
}
