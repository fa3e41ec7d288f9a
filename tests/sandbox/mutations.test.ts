import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { PolicyPack } from "../../local/policyPack";
import { rehearse } from "../../sandbox/rehearsal";
import { Workspace } from "../../sandbox/workspace";
import { root } from "../support/sandboxRun";

/** One change of the source under which the sandbox must fail, and what it must say. */
interface Mutation {
  what: string;
  file: string;
  from: string;
  to: string;
  says: RegExp;
}

const mutations: Mutation[] = [
  {
    what: "the role's policy lacks kms:Decrypt",
    file: "components/documents/unsealPolicy.ts",
    from: "Action: unsealActions",
    to: 'Action: ["kms:DescribeKey", "kms:Encrypt"]',
    says: /its own policy does not allow kms:Decrypt/,
  },
  {
    what: "the role's policy names every key",
    file: "components/documents/unsealPolicy.ts",
    from: "Resource: keyArn",
    to: 'Resource: "*"',
    says: /kms-actions-scoped/,
  },
  {
    what: "the role's policy allows one action more",
    file: "components/documents/unsealActions.ts",
    from: '"kms:Encrypt"',
    to: '"kms:Encrypt", "kms:ScheduleKeyDeletion"',
    says: /kms-actions-scoped/,
  },
  {
    what: "the key policy leaves Vault's role out",
    file: "components/documents/keyPolicy.ts",
    from: "Principal: { AWS: vaultRoleArn }",
    to: "Principal: { AWS: `arn:${partition}:iam::${account}:user/nobody` }",
    says: /the key's policy does not allow kms:DescribeKey/,
  },
  {
    what: "the trust names another service account",
    file: "components/documents/trustPolicy.ts",
    from: "system:serviceaccount:${namespace}:${serviceAccountName}",
    to: "system:serviceaccount:${namespace}:default",
    says: /Not authorized to perform sts:AssumeRoleWithWebIdentity/,
  },
  {
    what: "the trust expects another audience",
    file: "components/documents/trustPolicy.ts",
    from: '"sts.amazonaws.com"',
    to: '"vault"',
    says: /Not authorized to perform sts:AssumeRoleWithWebIdentity/,
  },
  {
    what: "the seal stands in server.ha.config",
    file: "components/documents/chartValues.ts",
    from: "raft: { enabled: true, setNodeId: true, config: release.serverConfiguration }",
    to: "raft: { enabled: true, setNodeId: true }, config: release.serverConfiguration",
    says: /server\.ha\.raft\.config, which the server reads, is no text/,
  },
  {
    what: "the configuration has no seal",
    file: "components/documents/serverConfiguration.ts",
    from: "seal: { awskms:",
    to: "sealed: { awskms:",
    says: /has no awskms seal/,
  },
  {
    what: "the members look for each other under another name",
    file: "components/documents/serverConfiguration.ts",
    from: "http://${fullName}-${ordinal}.",
    to: "http://server-${ordinal}.",
    says: /retry_join names server-0\.vault-internal:8200, and the release has no such pod/,
  },
  {
    what: "the rule opens another port",
    file: "components/documents/serverConfiguration.ts",
    from: "injectorWebhook: 8080",
    to: "injectorWebhook: 8443",
    says: /should let in tcp 8080/,
  },
  {
    what: "the service account has no role",
    file: "components/documents/chartValues.ts",
    from: '"eks.amazonaws.com/role-arn"',
    to: '"eks.amazonaws.com/role"',
    says: /RoleArn/i,
  },
  {
    what: "the key does not rotate",
    file: "components/unsealKey.ts",
    from: "enableKeyRotation: true",
    to: "enableKeyRotation: false",
    says: /kms-key-rotation/,
  },
];

/** What the sandbox's command does, without its output. */
async function rehearseDev(project: string, policyPack: Promise<PolicyPack>): Promise<void> {
  const workspace = await Workspace.create();
  const pythonBin = path.join(root, ".venv", "bin");
  const serverBinary = path.join(pythonBin, "bao");
  try {
    await rehearse({ project, stack: "dev", policyPack, pythonBin, serverBinary }, workspace, {
      step: (_title, run) => run(() => undefined),
    });
  } finally {
    await workspace.close();
  }
}

describe("the sandbox fails, and says so, when", () => {
  let directory: string;
  let policyPack: Promise<PolicyPack>;

  before(async () => {
    directory = await mkdtemp(path.join(tmpdir(), "mutations-"));
    policyPack = PolicyPack.start(path.join(root, "policy-pack"), "vault-auto-unseal", "dev");
  });
  after(async () => {
    await (await policyPack).stop();
    await rm(directory, { recursive: true, force: true });
  });

  for (const [at, { what, file, from, to, says }] of mutations.entries()) {
    it(what, async () => {
      const project = path.join(directory, String(at));
      await copyProgram(project);
      const source = await readFile(path.join(project, file), "utf8");
      assert.equal(source.split(from).length, 2, `${file} has "${from}" once`);
      await writeFile(
        path.join(project, file),
        source.replace(from, () => to),
      );

      await assert.rejects(rehearseDev(project, policyPack), says);
    });
  }
});

/** The program's sources, with the packages of this checkout. */
async function copyProgram(project: string): Promise<void> {
  for (const name of [
    "components",
    "cluster.ts",
    "config.ts",
    "index.ts",
    "package.json",
    "Pulumi.yaml",
    "Pulumi.dev.yaml",
  ]) {
    await cp(path.join(root, name), path.join(project, name), { recursive: true });
  }
  await symlink(path.join(root, "node_modules"), path.join(project, "node_modules"));
}
