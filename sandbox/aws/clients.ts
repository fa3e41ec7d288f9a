import { EC2Client } from "@aws-sdk/client-ec2";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { STSClient } from "@aws-sdk/client-sts";

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

// The SDK is pinned; what its later versions will want of Node does not matter here.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

/** AWS SDK clients of one identity, on the emulator. */
export interface AwsClients {
  ec2: EC2Client;
  iam: IAMClient;
  kms: KMSClient;
  sts: STSClient;
}

/** The emulated account's root. */
export const rootCredentials: Credentials = { accessKeyId: "test", secretAccessKey: "test" };

export function awsClients(endpoint: string, region: string, credentials: Credentials): AwsClients {
  const settings = { endpoint, region, credentials, maxAttempts: 1 };
  return {
    ec2: new EC2Client(settings),
    iam: new IAMClient(settings),
    kms: new KMSClient(settings),
    sts: new STSClient(settings),
  };
}
