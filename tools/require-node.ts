// Stops a run under the host's own, older Node: the repository pins Node 24 (optionalDependencies),
// and `npm run` finds it on PATH unless that install was left out.
const major = Number(process.versions.node.split(".")[0]);
if (major < 24) {
  console.error(
    `Node ${process.versions.node} found, 24 or newer needed: run "npm ci" (it brings Node 24) and use "npm run"`,
  );
  process.exit(1);
}
