import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Secrets } from "../../application/secrets";

const valueOf = <T>(input: pulumi.Input<T>): Promise<pulumi.Unwrap<T>> =>
  new Promise((done) => void pulumi.output(input).apply(done));

describe("secrets in a compose model", () => {
  const secrets = new Secrets();
  const mark = secrets.hide("PASSWORD", "s3cret");
  const other = secrets.hide("KEY", "k3y$&$1");

  it("are marks that do not hold them", () => {
    assert.ok(!mark.includes("s3cret"));
    assert.notEqual(mark, other);
  });

  it("are known by their names", () => {
    assert.deepEqual(Secrets.namesIn(`a${mark}b${other}`), ["PASSWORD", "KEY"]);
    assert.deepEqual(Secrets.namesIn("plain ${PASSWORD}"), []);
  });

  it("come back as Pulumi secrets, whatever characters they hold", async () => {
    const revealed = secrets.reveal(`postgres://app:${mark}@db?key=${other}`);
    assert.equal(await pulumi.isSecret(pulumi.output(revealed)), true);
    assert.equal(await valueOf(revealed), "postgres://app:s3cret@db?key=k3y$&$1");
  });

  it("may be values that only an update makes", async () => {
    const later = new Secrets();
    const text = `${later.stand("KEY")}:${later.hide("USER", "ada")}`;
    assert.throws(() => later.reveal(text), /^TypeError: Nothing was filled in for the secret KEY\.$/);
    later.fill({ KEY: pulumi.output("made-$1") });
    const revealed = pulumi.output(later.reveal(text));
    assert.equal(await pulumi.isSecret(revealed), true);
    assert.equal(await valueOf(revealed), "made-$1:ada");
  });

  it("leave a text alone that holds none", () => {
    assert.equal(secrets.reveal("plain"), "plain");
  });

  it("are named in what people read", () => {
    assert.equal(Secrets.describe(`port "${mark}" is none`), 'port "${PASSWORD} (a secret)" is none');
  });
});
