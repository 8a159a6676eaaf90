import {
  DnsRecord,
  getZeroTrustTunnelCloudflaredTokenOutput,
  ZeroTrustTunnelCloudflared,
  ZeroTrustTunnelCloudflaredConfig,
} from "@pulumi/cloudflare";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { stepCommand, type CloudflareTunnelArgs, type Credentials } from "slipway/cloud";

/**
 * A tunnel at Cloudflare with its ingress and the names that lead to it.
 *
 * Cloudflare deletes no tunnel that has connections. So the connectors, which depend on all of this, go first; then what they may have
 * left of connections is cleaned up; then the tunnel goes.
 */
export class CloudflareTunnel extends pulumi.ComponentResource {
  readonly credentials: Credentials;

  constructor(
    name: string,
    { stage, settings, ingress, apiToken }: CloudflareTunnelArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:tunnel:CloudflareTunnel", name, {}, opts);
    const { account: accountId, zone: zoneId } = settings;
    const called = `${stage.project}-${stage.stage}`;
    const tunnel = new ZeroTrustTunnelCloudflared(
      `${name}-tunnel`,
      // Configured there and not by a file here: a change of the ingress reaches connectors that run.
      { accountId, name: settings.name ?? called, configSrc: "cloudflare" },
      { parent: this },
    );
    const config = new ZeroTrustTunnelCloudflaredConfig(
      `${name}-ingress`,
      {
        accountId,
        tunnelId: tunnel.id,
        source: "cloudflare",
        config: {
          ingresses: [
            ...ingress.map(({ host, origin }) => ({ hostname: host, service: origin })),
            // The last rule has to take everything.
            { service: "http_status:404" },
          ],
        },
      },
      { parent: this },
    );
    for (const { host } of ingress) {
      new DnsRecord(
        `${name}-${host}`,
        {
          zoneId,
          name: host,
          type: "CNAME",
          content: pulumi.interpolate`${tunnel.id}.cfargotunnel.com`,
          proxied: true,
          // Automatic, which is what a proxied record has.
          ttl: 1,
          comment: `Slipway: ${called}`,
        },
        // There cannot be two of one name.
        { parent: this, deleteBeforeReplace: true, dependsOn: [config] },
      );
    }
    const cleanup = new command.local.Command(
      `${name}-cleanup`,
      {
        create: ":",
        delete: stepCommand("disconnect"),
        stdin: pulumi.jsonStringify({ account: accountId, tunnel: tunnel.id, token: apiToken }),
        // One for each tunnel: that of a tunnel which is replaced, as where the account is another one, cleans up before that one goes.
        triggers: [tunnel.id],
        logging: command.local.Logging.Stderr,
      },
      { parent: this },
    );
    const { token } = getZeroTrustTunnelCloudflaredTokenOutput({ accountId, tunnelId: tunnel.id }, { parent: this });
    this.credentials = { token: pulumi.secret(token), after: [config, cleanup] };
    this.registerOutputs({ tunnel: tunnel.id });
  }
}
