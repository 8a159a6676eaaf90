import assert from "node:assert/strict";
import { cloudCredentials, loginAdvice, type Run } from "../../registry/cloudLogins";
import { answerError, connectionError } from "../../registry/client/errors";

/** Command lines that give what a test wants, and what was asked of them. */
function commands(answers: Record<string, string>): { run: Run; asked: string[] } {
  const asked: string[] = [];
  const run: Run = async (program, args) => {
    const line = [program, ...args].join(" ");
    asked.push(line);
    const answer = answers[line];
    if (answer === undefined) throw new Error(`${line} failed`);
    return answer;
  };
  return { run, asked };
}

const host = "europe-west3-docker.pkg.dev";
const ofApplications = "gcloud auth application-default print-access-token --quiet";
const ofPeople = "gcloud auth print-access-token --quiet";
const exposed = "az acr login --name shop --expose-token --output json";

describe("a login to a cloud's registry", () => {
  it("is a token of Google's: that of the programs on this machine, else that of who works at it", async () => {
    const both = commands({ [ofApplications]: "t0ken\n", [ofPeople]: "other\n" });
    const login = { username: "oauth2accesstoken", password: "t0ken" };
    assert.deepEqual(await cloudCredentials(host, both.run), login);
    assert.deepEqual(both.asked, [ofApplications]);
    const person = commands({ [ofPeople]: "t0ken\n" });
    assert.deepEqual(await cloudCredentials(host, person.run), login);
    assert.deepEqual(await cloudCredentials("eu.gcr.io", person.run), login);
  });

  it("is a token of Azure's, under the name that stands for one", async () => {
    const { run } = commands({ [exposed]: '{\n  "accessToken": "t0ken",\n  "loginServer": "shop.azurecr.io"\n}\n' });
    assert.deepEqual(await cloudCredentials("shop.azurecr.io", run), {
      username: "00000000-0000-0000-0000-000000000000",
      password: "t0ken",
    });
  });

  it("is none where nobody is logged in, and nobody is asked for another registry", async () => {
    const { run, asked } = commands({});
    assert.equal(await cloudCredentials(host, run), undefined);
    assert.equal(await cloudCredentials("shop.azurecr.io", run), undefined);
    assert.equal(asked.length, 3);
    for (const other of [
      "ghcr.io",
      "docker.io",
      "127.0.0.1:5000",
      "pkg.dev",
      "azurecr.io",
      "a.azurecr.io.example.com",
    ]) {
      assert.equal(await cloudCredentials(other, run), undefined);
    }
    assert.equal(asked.length, 3);
  });

  it("is what a refusal says how to come by", async () => {
    const attempted = (address: string, loggedIn: boolean) => ({
      address,
      host: address.split("/")[0] ?? "",
      origin: `https://${address}`,
      action: "read shop/web",
      loggedIn,
    });
    const told = async (address: string, loggedIn: boolean): Promise<string> =>
      (await answerError(attempted(address, loggedIn), new Response("", { status: 403 }))).message;
    assert.equal(
      await told(`${host}/p/shop`, false),
      `Registry ${host}/p/shop wants a login to read shop/web: run gcloud auth login, or gcloud auth configure-docker ${host}.`,
    );
    assert.equal(
      await told("shop.azurecr.io", true),
      "Registry shop.azurecr.io does not let the user given read shop/web: grant them the role AcrPush, or AcrPull where it only takes releases over, or log in as another with az login, or az acr login --name shop.",
    );
    assert.match(await told("ghcr.io/me", false), /: run "docker login ghcr\.io", or set the registry's user name/);
    assert.deepEqual(loginAdvice("ghcr.io"), { command: "docker login ghcr.io" });
  });

  it("waits for the name of a registry that Azure has only just made", () => {
    const unknown = Object.assign(new Error("getaddrinfo"), { code: "ENOTFOUND" });
    const at = (address: string) =>
      connectionError(
        { address, host: address, origin: `https://${address}`, action: "answer", loggedIn: false },
        unknown,
      );
    assert.equal(at("shop.azurecr.io").transient, true);
    assert.equal(at("registry.example.com").transient, false);
  });
});
