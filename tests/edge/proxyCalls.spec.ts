import assert from "node:assert/strict";
import { applicationOf } from "../components/project";

const called = (target: string, text: string, services = "  api: { image: api }\n  other: { image: api }\n") =>
  applicationOf({
    "compose.yaml": `services:\n  proxy: { image: proxy, volumes: ["./proxy.txt:${target}:ro"] }\n${services}`,
    "proxy.txt": text,
  }).called.map(
    ({ service, ports }) => `${service} ${ports.map(({ target: port, mode }) => `${port}/${mode}`).join(" ")}`,
  );

const nginx: [string, string, string[]][] = [
  ["by an address", "location / { proxy_pass http://api:3000; }", ["api 3000/http"]],
  ["by an address with a path and without a port", "location / { proxy_pass http://api/v1/; }", ["api 80/http"]],
  [
    "by an upstream",
    "upstream back { server api:3000; server other:4000 weight=2; }\nlocation / { proxy_pass http://back; }",
    ["api 3000/http", "other 4000/http"],
  ],
  [
    "by an upstream of its own name",
    "upstream api { server api:3000; }\nlocation / { proxy_pass http://api/; }",
    ["api 3000/http"],
  ],
  ["by a variable", "set $up api; location / { proxy_pass http://$up:3000$request_uri; }", ["api 3000/http"]],
  ["not in a comment", "# proxy_pass http://api:3000;\n", []],
  [
    "not by something else than HTTP",
    "location / { fastcgi_pass api:9000; }\nstream { server { proxy_pass other:53; } }",
    [],
  ],
];

const caddy: [string, string, string[]][] = [
  ["by an address", ":80 {\n\treverse_proxy api:3000\n}", ["api 3000/http"]],
  [
    "by several, behind a matcher",
    ":80 {\n\treverse_proxy /v1/* http://api:3000 other:4000\n}",
    ["api 3000/http", "other 4000/http"],
  ],
  ["in a block", ":80 {\n\treverse_proxy {\n\t\tto api:3000\n\t}\n}", ["api 3000/http"]],
  ["not by something else than HTTP", ":80 {\n\tphp_fastcgi api:9000\n\treverse_proxy h2c://other:50051\n}", []],
];

describe("a service that another one's proxy sends requests to", () => {
  for (const [what, text, expected] of nginx) {
    it(`is called by nginx ${what}`, () => assert.deepEqual(called("/etc/nginx/conf.d/default.conf", text), expected));
  }
  for (const [what, text, expected] of caddy) {
    it(`is called by Caddy ${what}`, () => assert.deepEqual(called("/etc/caddy/Caddyfile", text), expected));
  }
  it("is not called by a file of another program", () => {
    assert.deepEqual(called("/app/notes.txt", "proxy_pass http://api:3000; reverse_proxy api:3000"), []);
  });
});

describe("a service that another one is told of by a pair of variables", () => {
  const paired = (environment: string, api: string) =>
    called("/app/x", "", `  web: { image: web, environment: { ${environment} } }\n  api: { image: api, ${api} }\n`);

  it("is called by HTTP where it is known to speak that", () => {
    const check = "healthcheck: { test: curl -f http://localhost:3000/ }";
    assert.deepEqual(paired("API_HOST: api, API_PORT: '3000'", check), ["api 3000/http"]);
  });

  it("has its bytes passed on as they come elsewhere", () => {
    assert.deepEqual(paired("API_HOST: api, API_PORT: '3000'", "expose: ['9000']"), ["api 3000/tcp 9000/tcp"]);
  });

  it("keeps its name where something else is usual, where the words differ, and where it is stopped first", () => {
    assert.deepEqual(paired("CACHE_HOST: api, CACHE_PORT: '6379'", "expose: ['6379']"), []);
    assert.deepEqual(paired("API_HOST: api, OTHER_PORT: '3000'", "expose: ['3000']"), []);
    assert.deepEqual(paired("API_HOST: api, API_PORT: '3000'", "volumes: ['/srv:/data']"), []);
  });
});
