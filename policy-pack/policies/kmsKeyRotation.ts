import type { ResourceValidationPolicy } from "@pulumi/policy";

interface Configuration {
  maximumRotationPeriodInDays: number;
}

/** What AWS rotates by when `rotationPeriodInDays` is not set. */
const defaultRotationPeriodInDays = 365;

/**
 * A KMS key rotates its key material, and often enough. Exempt are the keys that AWS can't rotate by itself: asymmetric and
 * HMAC keys, keys in a custom key store, and keys with imported material, which are resources of another type
 * (`aws:kms/externalKey:ExternalKey`). A replica of a multi-Region key has no setting of its own: its primary key's counts.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html
 */
export const kmsKeyRotation: ResourceValidationPolicy = {
  name: "kms-key-rotation",
  description: "KMS keys rotate their key material automatically.",
  configSchema: {
    properties: {
      maximumRotationPeriodInDays: {
        type: "integer",
        minimum: 90,
        maximum: 2560,
        default: 365,
        description: "The longest rotation period that passes, in days.",
      },
    },
  },
  validateResource: ({ type, props: key, getConfig, notApplicable }, reportViolation) => {
    if (type !== "aws:kms/key:Key")
      notApplicable("only a KMS key with key material of its own can rotate it");
    if ((key.customerMasterKeySpec ?? "SYMMETRIC_DEFAULT") !== "SYMMETRIC_DEFAULT") {
      notApplicable("AWS rotates neither asymmetric nor HMAC keys");
    }
    if (key.customKeyStoreId) notApplicable("AWS rotates no key of a custom key store");

    const { maximumRotationPeriodInDays } = getConfig<Configuration>();
    const period = key.rotationPeriodInDays ?? defaultRotationPeriodInDays;
    if (key.enableKeyRotation !== true) {
      reportViolation("The key never rotates its key material: set enableKeyRotation to true.");
    } else if (period > maximumRotationPeriodInDays) {
      reportViolation(
        `The key rotates every ${period} days: set rotationPeriodInDays to ${maximumRotationPeriodInDays} or less.`,
      );
    }
  },
};
