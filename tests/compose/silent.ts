/** The section of docs/compose.md on what a stage adds; tests/components/services/bare.spec.ts holds it to what it says. */
export const silent = `## Where a file is silent

A machine that nobody watches needs a few things said. Where a file says nothing of them, a stage adds them; what a file says counts always.

| what | what is added | by Docker |
|---|---|---|
| \`restart\`, \`deploy.restart_policy\` | \`unless-stopped\` | \`no\` |
| \`security_opt\` without \`no-new-privileges\` | \`no-new-privileges:true\` | none |
| \`logging\`, or its \`options\` with \`json-file\` | \`json-file\` with \`max-size: 10m\`, \`max-file: 3\` | the Engine's driver, as a rule without an end |
| \`stop_grace_period\` of a service that writes to a volume and is stopped before it is replaced | \`60s\`; all others \`10s\` | \`10s\` |
| the modes of the project's files that are mounted | \`0444\`, \`0555\` for what may be executed | \`0644\`, \`0755\`, as git has them |

\`x-slipway: { defaults: false }\` at a service leaves all of it to Docker.

A published port of which no file says what it speaks is held by the edge where it speaks HTTP ([edge.md](edge.md)).
`;
