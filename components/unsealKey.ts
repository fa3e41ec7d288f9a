import * as kms from "@pulumi/aws/kms";
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { checked } from "./argumentErrors";
import {
  aliasName,
  flag,
  input,
  keyArn,
  limits,
  roleArn,
  settings,
  stringMap,
  wholeNumber,
} from "./argumentSchemas";
import { parseArn } from "./documents/arn";
import { keyPolicy } from "./documents/keyPolicy";

/** How the unseal key is made, or which one is adopted. */
export interface UnsealKeySettings {
  /**
   * ARN of a key that exists, to be adopted as it is: no key and no alias is created, and its key policy must let Vault's role
   * use it. Excludes every other setting of the key. Default: a key is created.
   */
  existingKeyArn?: pulumi.Input<string>;
  /** Alias of the created key. Default "alias/vault-auto-unseal-key". */
  aliasName?: string;
  /** Days between the key's deletion and its end, 7 to 30, in which the deletion can be cancelled. Default 30. */
  deletionWindowInDays?: number;
  /** Days between rotations of the key's material, 90 to 2560. Older material stays usable. Default 365. */
  rotationPeriodInDays?: number;
  /** Whether Pulumi refuses to delete the key until it is unprotected by hand. Default true. */
  protect?: boolean;
  /** Whether the key outlives its stack: a destroy forgets it and leaves it in AWS. Default true. */
  retainOnDelete?: boolean;
}

export interface UnsealKeyArgs extends UnsealKeySettings {
  /** ARN of the role that Vault runs with. The key policy lets it encrypt, decrypt and describe. */
  vaultRoleArn: pulumi.Input<string>;
  /** Tags of the key. */
  tags?: { [key: string]: string };
}

const ownKeySettings = {
  aliasName: aliasName.optional(),
  deletionWindowInDays: wholeNumber(limits.deletionWindowInDays, "days").optional(),
  rotationPeriodInDays: wholeNumber(limits.rotationPeriodInDays, "days").optional(),
  protect: flag.optional(),
  retainOnDelete: flag.optional(),
};

export const unsealKeyShape = {
  existingKeyArn: input("existingKeyArn", keyArn).optional(),
  ...ownKeySettings,
};

/** Adopting a key and describing a new one exclude each other: one of the two would be ignored. */
export function adoptsOrCreates(key: z.core.ParsePayload<Record<string, unknown>>): void {
  const { existingKeyArn, ...own } = key.value;
  const given = Object.keys(ownKeySettings).filter((name) => own[name] !== undefined);
  if (existingKeyArn === undefined || given.length === 0) return;
  key.issues.push({
    code: "custom",
    input: key.value,
    message: `takes either existingKeyArn, which adopts a key as it is, or ${given.join(", ")}, which describe a new one; not both`,
  });
}

const argsSchema = settings({
  ...unsealKeyShape,
  vaultRoleArn: input("vaultRoleArn", roleArn),
  tags: stringMap.optional(),
}).check(adoptsOrCreates);

/**
 * The KMS key that seals Vault's root key. Who loses it loses every secret in Vault, and recovery keys do not help: so it is
 * protected and retained unless the arguments say otherwise.
 */
export class UnsealKey extends pulumi.ComponentResource {
  public readonly keyArn: pulumi.Output<string>;
  public readonly keyId: pulumi.Output<string>;
  /** The alias, or nothing for an adopted key. */
  public readonly aliasName: pulumi.Output<string | undefined>;

  constructor(name: string, args: UnsealKeyArgs, opts?: pulumi.ComponentResourceOptions) {
    const key = checked(argsSchema, args, `UnsealKey "${name}": `);
    super("vault-auto-unseal:index:UnsealKey", name, {}, opts);

    if (key.existingKeyArn !== undefined) {
      this.keyArn = pulumi.output(key.existingKeyArn);
      this.keyId = this.keyArn.apply((arn) => parseArn(arn).resource.replace(/^key\//, ""));
      this.aliasName = pulumi.output<string | undefined>(undefined);
    } else {
      const created = new kms.Key(
        `${name}-key`,
        {
          description: "Seals the root key of Vault (auto-unseal)",
          keyUsage: "ENCRYPT_DECRYPT",
          customerMasterKeySpec: "SYMMETRIC_DEFAULT",
          enableKeyRotation: true,
          rotationPeriodInDays: key.rotationPeriodInDays ?? 365,
          deletionWindowInDays: key.deletionWindowInDays ?? limits.deletionWindowInDays.max,
          policy: pulumi.output(key.vaultRoleArn).apply(keyPolicy),
          tags: key.tags,
        },
        { parent: this, protect: key.protect ?? true, retainOnDelete: key.retainOnDelete ?? true },
      );
      const alias = new kms.Alias(
        `${name}-alias`,
        { name: key.aliasName ?? "alias/vault-auto-unseal-key", targetKeyId: created.keyId },
        { parent: this },
      );
      this.keyArn = created.arn;
      this.keyId = created.keyId;
      this.aliasName = alias.name;
    }
    this.registerOutputs({ keyArn: this.keyArn, keyId: this.keyId, aliasName: this.aliasName });
  }
}
