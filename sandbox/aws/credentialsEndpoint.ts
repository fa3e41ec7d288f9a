import { AssumeRoleWithWebIdentityCommand } from "@aws-sdk/client-sts";
import { randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { AwsClients, Credentials } from "./clients";
import type { ClusterStandIn } from "./clusterStandIn";

export interface ServiceAccount {
  namespace: string;
  name: string;
  /** The role of its annotation. */
  roleArn: string;
}

/**
 * Gives one server the credentials that its service account's token is worth: on a loopback port, over the protocol of AWS's
 * container credentials, which is also that of the EKS Pod Identity agent.
 *
 * On EKS the server would take the token to STS itself; the SDK in it can't be pointed at another STS.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 */
export class CredentialsEndpoint {
  private readonly authorization = randomBytes(32).toString("hex");
  private readonly server: Server;

  private constructor(
    private readonly aws: AwsClients,
    private readonly cluster: ClusterStandIn,
    /** Whose token is taken to STS. A drill may change it. */
    public serviceAccount: ServiceAccount,
  ) {
    this.server = createServer((request, response) => {
      if (request.headers.authorization !== this.authorization) {
        response.writeHead(403).end();
        return;
      }
      this.assumeRole().then(
        ({ accessKeyId, secretAccessKey, sessionToken, expiration }) =>
          response.writeHead(200, { "content-type": "application/json" }).end(
            JSON.stringify({
              AccessKeyId: accessKeyId,
              SecretAccessKey: secretAccessKey,
              Token: sessionToken,
              Expiration: expiration,
            }),
          ),
        (error: Error) =>
          response
            .writeHead(400, { "content-type": "application/json" })
            .end(JSON.stringify({ code: error.name, message: error.message })),
      );
    });
  }

  public static async start(
    aws: AwsClients,
    cluster: ClusterStandIn,
    account: ServiceAccount,
  ): Promise<CredentialsEndpoint> {
    const endpoint = new CredentialsEndpoint(aws, cluster, account);
    await new Promise<void>((resolve, reject) => {
      endpoint.server.once("error", reject).listen(0, "127.0.0.1", resolve);
    });
    return endpoint;
  }

  /** What the AWS SDK of the server reads to find it. */
  public get environment(): Record<string, string> {
    const { port } = this.server.address() as AddressInfo;
    return {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: this.authorization,
    };
  }

  /** @throws Error as STS gives it, if the role does not trust the service account. */
  public async assumeRole(): Promise<Credentials & { expiration?: Date }> {
    const { namespace, name, roleArn } = this.serviceAccount;
    const { Credentials: given } = await this.aws.sts.send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: roleArn,
        RoleSessionName: "vault",
        WebIdentityToken: await this.cluster.serviceAccountToken(namespace, name),
      }),
    );
    return {
      accessKeyId: given?.AccessKeyId ?? "",
      secretAccessKey: given?.SecretAccessKey ?? "",
      sessionToken: given?.SessionToken,
      expiration: given?.Expiration,
    };
  }

  public stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
