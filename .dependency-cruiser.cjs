/** Layering rules, one row a rule: files in `from` must not import `to`. Picture: docs/architecture.md. */
const forbid = (name, from, to, comment, extra = {}) => ({
  name,
  severity: "error",
  comment,
  from: { path: from, pathNot: "\\.test\\.tsx?$" },
  to: { path: to, ...extra },
});
module.exports = {
  forbidden: [
    forbid(
      "protocol-is-a-leaf",
      "^lib/protocol",
      "^(app|components|engine|host|lib/(?!protocol))",
      "wire types import only zod",
    ),
    forbid(
      "ports-are-interfaces",
      "^lib/ports",
      "^(app|components|engine|host|lib/(?!protocol|ports|errors|db/client))",
      "ports name no technology",
    ),
    forbid(
      "workspace-is-pure",
      "^lib/workspace",
      "^(app|components|engine|host|lib/(?!protocol|ports|errors|workspace))",
      "the store's format knows ports only",
    ),
    forbid(
      "local-tree-is-shared",
      "^lib/local-tree",
      "^(app|components|engine|host|lib/(?!protocol|errors|workspace|local-tree))",
      "file operations on a local folder run on the host and in rooms, so they know neither",
    ),
    forbid(
      "mcp-is-shared",
      "^lib/mcp",
      "^(app|components|engine|host|lib/(?!protocol|mcp))",
      "the tools' form is the same in a room and outside; what runs them is given to it",
    ),
    forbid(
      "domain-has-no-adapters",
      "^lib/domain",
      "^(app|components|engine|host|lib/(adapters|server|client|gateway|worker|auth))|^node_modules/(next|react|@aws-sdk|dockerode|ws)/",
      "domain reaches the world through ports only",
    ),
    forbid(
      "adapters-know-ports-only",
      "^lib/adapters",
      "^(app|components|engine|host|lib/(domain|server|client|gateway|worker|auth|db/schema))",
      "an adapter implements a port, it decides nothing",
    ),
    forbid(
      "browser-code-stays-in-the-browser",
      "^(components|lib/client)",
      "^(engine|host|lib/(db|adapters|domain|ports|server|gateway|worker|auth|workspace|env|log|ids))",
      "components see protocol and client only",
      { dependencyTypesNot: ["type-only"] },
    ),
    forbid(
      "routes-go-through-domain",
      "^app",
      "^(engine|host|lib/(adapters|db|ports|worker|gateway))",
      "pages, actions and routes call domain verbs",
    ),
    forbid(
      "engine-stands-alone",
      "^engine",
      "^(app|components|host|lib/(?!protocol|local-tree|mcp|errors))",
      "the engine ships into sandboxes; it shares the wire, and the file operations that answer alike in a room and outside",
    ),
    forbid(
      "host-is-small",
      "^host",
      "^(app|components|engine|lib/(?!protocol|ports|adapters/(provisioner|object-store|outbound-fetch)|workspace|local-tree|errors|ids|env|log))|^node_modules/(next|react)/",
      "the privileged process knows no domain and no web",
    ),
    forbid(
      "one-composition-root",
      "^lib/(gateway|worker|auth)",
      "^lib/adapters",
      "only lib/server joins ports and adapters",
    ),
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: "specify",
    doNotFollow: { path: "node_modules" },
    exclude: { path: "\\.next|^dist|node_modules/(?!(next|react|@aws-sdk|dockerode|ws)/)" },
  },
};
