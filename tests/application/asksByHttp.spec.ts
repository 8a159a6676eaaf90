import assert from "node:assert/strict";
import { askedByHttp } from "../../application/asksByHttp";
import { serviceWith } from "../components/project";

const asks: [string, string, number[]][] = [
  ["curl with a URL", "test: curl -fsS http://localhost:3000/health || exit 1", [3000]],
  ["curl in a list", "test: [CMD, curl, -f, 'http://127.0.0.1:8080/']", [8080]],
  ["a URL without a port", "test: [CMD, curl, -f, http://localhost/]", [80]],
  ["wget without a scheme", "test: [CMD, wget, -q, --spider, 'localhost:9000/ping']", [9000]],
  [
    "node's fetch",
    `test: [CMD, node, -e, "fetch('http://localhost:4000/up').then(r => process.exit(r.ok ? 0 : 1))"]`,
    [4000],
  ],
  ["node's http", `test: [CMD, node, -e, "require('http').get({ host: 'localhost', port: 5000, path: '/' })"]`, [5000]],
  ["python's urllib", `test: python -c "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/')"`, [8000]],
  [
    "python's http.client",
    `test: [CMD, python, -c, "import http.client as h; h.HTTPConnection('localhost', 8001).request('GET', '/')"]`,
    [8001],
  ],
  [
    "a shell that speaks HTTP",
    `test: [CMD-SHELL, "exec 3<>/dev/tcp/127.0.0.1/9001; echo -e 'GET /ready HTTP/1.1' >&3"]`,
    [9001],
  ],
  ["netcat that is given HTTP", `test: "printf 'GET / HTTP/1.0\\\\r\\\\n' | nc localhost 7000"`, [7000]],
  ["IPv6's loopback", "test: curl -g http://[::1]:3000/", [3000]],
  [
    "a port in a variable",
    "environment: { PORT: '3100' }\nhealthcheck:\n  test: 'curl http://localhost:$$PORT/'",
    [3100],
  ],
  ["a variable with a default", "test: 'curl http://localhost:$${PORT:-3200}/'", [3200]],
  ["two ports", "test: 'curl http://localhost:1/ && curl http://localhost:2/'", [1, 2]],
];

const others: [string, string][] = [
  ["HTTPS", "test: curl -k https://localhost:8443/"],
  ["another host", "test: curl http://db:3000/"],
  ["a host that begins like this one", "test: curl http://localhost.example.com:3000/"],
  ["a port that is only opened", "test: nc -z localhost 3000"],
  ["a database's own program", "test: [CMD, pg_isready, -h, localhost, -p, '5432']"],
  ["a variable that nothing gives a value", "test: 'curl http://localhost:$$PORT/'"],
  ["nothing, as it is switched off", "test: curl http://localhost:3000/\n  disable: true"],
];

const service = (section: string) => serviceWith(section.startsWith("test:") ? `healthcheck:\n  ${section}` : section);

describe("a health check that asks its own service by HTTP", () => {
  for (const [what, section, ports] of asks) {
    it(`does so with ${what}`, () => assert.deepEqual(askedByHttp(service(section)), ports));
  }
  for (const [what, section] of others) {
    it(`does not with ${what}`, () => assert.deepEqual(askedByHttp(service(section)), []));
  }
});
