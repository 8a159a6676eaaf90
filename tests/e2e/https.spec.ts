import assert from "node:assert/strict";
import { get, type IncomingMessage } from "node:http";
import { text as readAll } from "node:stream/consumers";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import { docker } from "./docker";
import { onTellingEngine } from "./engines";
import { inOrder, upAndClean } from "./expect";
import { Pair } from "./pair";
import { freePorts } from "./ports";

const domain = "shop.test";
const image = "letsencrypt/pebble:latest";

onTellingEngine("a stage with a domain", (kind) => {
  inOrder();

  let pair: Pair;
  let authority = "none";
  let ports = { http: 0, https: 0 };

  const containerOf = async (role: string): Promise<string> =>
    (
      await docker(
        ...["ps", "--quiet", "--no-trunc", "--filter", `label=slipway.project=${pair.project.name}`],
        ...["--filter", `label=slipway.role=${role}`],
      )
    ).trim();

  before(async () => {
    const [http = 0, https = 0] = await freePorts(2);
    ports = { http, https };
    pair = await Pair.open(kind, {
      edge: { domain, http, https, hsts: 600, acme: "https://pebble:14000/dir", acmeRoot: "authority.pem" },
      checks: [{ service: "web", path: "/", text: '"edition":"' }],
    });
    // It looks for its proof on the port that the test has for it.
    const config = "/test/config/pebble-config.json";
    const command = `sed -i 's/"httpPort": [0-9]*/"httpPort": ${http}/' ${config} && exec pebble -config ${config}`;
    const start = ["--env", "PEBBLE_VA_NOSLEEP=1", "--entrypoint", "sh", image, "-c", command];
    authority = (await docker("create", ...start)).trim();
    pair.project.write("authority.pem", await docker("run", "--rm", image, "cat", "/test/certs/cert.pem"));
  });

  after(async () => {
    await docker("rm", "--force", "--volumes", authority).catch(() => undefined);
    await pair?.project.dispose();
  });

  it("is up before there is a certificate, and says its address", async () => {
    await upAndClean(engine(), "staging");
    assert.equal((await engine().outputs("staging")).url, `https://${domain}:${ports.https}`);
    assert.match(await docker("logs", await containerOf("certificates")), /there is no certificate for shop\.test yet/);
    await assert.rejects(greet(ports.https));
  });

  it("sends callers without TLS on who ask for its name, and nobody else", async () => {
    const asked = (host: string): Promise<IncomingMessage & { text: string }> =>
      new Promise((done, fail) => {
        get(`http://127.0.0.1:${ports.http}/a?b=c`, { headers: { host }, agent: false }, (answer) => {
          readAll(answer).then((text) => done(Object.assign(answer, { text })), fail);
        }).on("error", fail);
      });
    for (const host of [domain, `${domain.toUpperCase()}:${ports.http}`]) {
      const { statusCode, headers } = await asked(host);
      assert.equal(statusCode, 308);
      assert.equal(headers.location?.toLowerCase(), `https://${domain}:${ports.https}/a?b=c`);
      assert.equal(headers["strict-transport-security"], undefined);
    }
    for (const host of ["127.0.0.1", "elsewhere.example", `${domain}.elsewhere.example`, ""]) {
      const answer = await asked(host);
      assert.equal(answer.statusCode, 421, host);
      assert.doesNotMatch(`${JSON.stringify(answer.rawHeaders)} ${answer.text}`, /elsewhere|location/i);
    }
  });

  it("gets a certificate by itself, and serves with it without a restart", async () => {
    const keeper = await containerOf("certificates");
    const [network = ""] = Object.keys(
      JSON.parse(await docker("inspect", "--format", "{{json .NetworkSettings.Networks}}", keeper)) as object,
    );
    const edge = await containerOf("edge");
    await docker("network", "connect", "--alias", "pebble", network, authority);
    await docker("start", authority);
    await introduceDomain(authority, edge, network);
    await until(async () => assert.match(await docker("logs", authority), /ACME directory available/), 60);
    // It would try again in a quarter of an hour.
    await docker("restart", keeper);
    const socket = await until(() => greet(ports.https), 60);
    assert.equal(socket.getPeerCertificate().subjectaltname, `DNS:${domain}`);
    assert.equal(socket.alpnProtocol, "h2");
    socket.destroy();
    // It is not on port 443, so it is said because the settings say so.
    const said = await new Promise<string>((done, fail) => {
      const asked = connect({ host: "127.0.0.1", port: ports.https, servername: domain, rejectUnauthorized: false });
      asked.end(`GET / HTTP/1.0\r\nHost: ${domain}\r\n\r\n`);
      readAll(asked).then(done, fail);
    });
    assert.match(said, /^strict-transport-security: max-age=600\r$/im);
    for (const ciphers of ["AES128-GCM-SHA256", "ECDHE-RSA-AES128-SHA256", "ECDHE-ECDSA-AES128-SHA256"]) {
      await assert.rejects(greet(ports.https, { ciphers: `${ciphers}:@SECLEVEL=0`, maxVersion: "TLSv1.2" }), ciphers);
    }
    const older = await greet(ports.https, { maxVersion: "TLSv1.2" });
    assert.match(older.getCipher().name, /^ECDHE-.*(GCM|POLY1305)/);
    older.destroy();
    assert.match(await docker("logs", edge), /guard: serving with a new certificate/);
  });

  it("keeps it through a promotion and a restart of the edge", async () => {
    await pair.edition("second");
    await upAndClean(engine(), "staging");
    (await greet(ports.https)).destroy();
    await docker("restart", await containerOf("edge"));
    (await until(() => greet(ports.https), 30)).destroy();
  });

  const engine = (): Pair["project"]["engine"] => pair.project.engine;
});

async function introduceDomain(authority: string, edge: string, network: string): Promise<void> {
  const format = `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`;
  const address = (await docker("inspect", "--format", format, edge)).trim();
  await docker("exec", authority, "sh", "-c", `echo '${address} ${domain}' >> /etc/hosts`);
}

/** Shakes hands as a browser would that trusts the authority. */
function greet(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  return new Promise((done, fail) => {
    const socket = connect(
      {
        ...{
          host: "127.0.0.1",
          port,
          servername: domain,
          ALPNProtocols: ["h2", "http/1.1"],
          rejectUnauthorized: false,
        },
        ...options,
      },
      () => done(socket),
    );
    socket.once("error", fail);
  });
}

async function until<T>(work: () => Promise<T>, seconds: number): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((done) => setTimeout(done, 500));
    }
  }
}
