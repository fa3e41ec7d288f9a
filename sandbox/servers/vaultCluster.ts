import getPort from "get-port";
import path from "node:path";
import type { AwsClients } from "../aws/clients";
import type { ClusterStandIn } from "../aws/clusterStandIn";
import { CredentialsEndpoint } from "../aws/credentialsEndpoint";
import { until } from "../waiting";
import { localConfiguration, type LocalServer, type Replacement } from "./localConfiguration";
import type { Release } from "./releaseValues";
import { VaultServer } from "./vaultServer";

/** A release's servers, as many as it has replicas. */
export class VaultCluster {
  private constructor(
    public readonly servers: VaultServer[],
    /** What was changed in the configuration to run it here, each only once. */
    public readonly replacements: Replacement[],
  ) {}

  /** Places the servers on free loopback ports; starts none yet. */
  public static async place(
    release: Release,
    aws: AwsClients,
    cluster: ClusterStandIn,
    options: { binary: string; directory: string; kmsEndpoint: string },
  ): Promise<VaultCluster> {
    const places: LocalServer[] = [];
    for (let ordinal = 0; ordinal < release.replicas; ordinal += 1) {
      const podName = `${release.fullName}-${ordinal}`;
      places.push({
        podName,
        apiAddress: `127.0.0.1:${await getPort({ host: "127.0.0.1" })}`,
        clusterAddress: `127.0.0.1:${await getPort({ host: "127.0.0.1" })}`,
        dataDirectory: path.join(options.directory, podName),
      });
    }
    const adapted = places.map((place) =>
      localConfiguration(release.configuration, place, places, options.kmsEndpoint),
    );
    const { namespace, serviceAccountName: name, roleArn } = release;
    const servers = await Promise.all(
      places.map(async (place, ordinal) => {
        const credentials = await CredentialsEndpoint.start(aws, cluster, { namespace, name, roleArn });
        const environment = {
          ...release.environment,
          VAULT_API_ADDR: `http://${place.apiAddress}`,
          VAULT_CLUSTER_ADDR: `https://${place.clusterAddress}`,
          ...(release.setNodeId && { VAULT_RAFT_NODE_ID: place.podName }),
        };
        return new VaultServer(
          place,
          credentials,
          options.binary,
          adapted[ordinal]?.text ?? "",
          environment,
          options.directory,
        );
      }),
    );
    return new VaultCluster(servers, adapted[0]?.replacements ?? []);
  }

  public get first(): VaultServer {
    const [server] = this.servers;
    if (!server) throw new Error("the release has no replicas");
    return server;
  }

  public get last(): VaultServer {
    return this.servers.at(-1) ?? this.first;
  }

  public others(server: VaultServer): VaultServer[] {
    return this.servers.filter((each) => each !== server);
  }

  public async start(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.start()));
  }

  public async killAll(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.kill()));
  }

  public async stop(): Promise<void> {
    await this.killAll();
    for (const server of this.servers) server.credentials.stop();
  }

  /** The server that is active, if there is one. */
  public async active(): Promise<VaultServer | undefined> {
    for (const server of this.servers) {
      if (server.running && (await healthOf(server)) === "active") return server;
    }
    return undefined;
  }

  /** Waits until every server has unsealed itself. */
  public async untilUnsealed(seconds: number): Promise<void> {
    await Promise.all(
      this.servers.map((server) =>
        until(`${server.place.podName} to unseal itself`, seconds, async () => {
          await mustRun(server);
          const status = await server.api.sealStatus().catch(() => undefined);
          return status && !status.sealed ? true : undefined;
        }),
      ),
    );
  }

  /** Waits until every server serves: one active, the others standing by. */
  public async untilServing(seconds: number, servers = this.servers): Promise<void> {
    await until("every server to serve", seconds, async () => {
      const health = await Promise.all(servers.map(healthOf));
      for (const server of servers) await mustRun(server);
      const active = health.filter((each) => each === "active").length;
      return active === 1 && health.every((each) => each === "active" || each === "standby")
        ? true
        : undefined;
    });
  }

  /** Waits until every server is a voting member of the raft cluster, so that any one of them may be lost. */
  public async untilVoting(seconds: number, voters: () => Promise<string[]>): Promise<void> {
    await until("every server to vote", seconds, async () => {
      const ids = await voters().catch((): string[] => []);
      return this.servers.every(({ place }) => ids.includes(place.podName)) ? true : undefined;
    });
  }
}

async function healthOf(server: VaultServer) {
  return server.api.health().catch(() => "unreachable" as const);
}

async function mustRun(server: VaultServer): Promise<void> {
  if (!server.running) throw new Error(await server.epitaph());
}
