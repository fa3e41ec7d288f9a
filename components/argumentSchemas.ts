import * as pulumi from "@pulumi/pulumi";
import { closest, distance } from "fastest-levenshtein";
import { z } from "zod";
import { refusal } from "./argumentErrors";

/** Limits, each with where it comes from. The messages are made from them, so that text and check can't part. */
export const limits = {
  /** https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html */
  deletionWindowInDays: { min: 7, max: 30 },
  /** https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html */
  rotationPeriodInDays: { min: 90, max: 2560 },
  /** An even number tolerates no more failures than one less; past seven, consensus only gets slower. */
  replicas: { min: 1, max: 7 },
};

/** A group of settings. A name it does not know is an error: the setting it was meant for would silently keep its default. */
export function settings<T extends z.ZodRawShape>(shape: T) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? `has no setting ${issue.keys.map((key) => unknownName(key, known)).join(" and no ")}; it takes ${known.join(", ")}`
        : `must be a map of ${known.join(", ")}`,
  });
}

function unknownName(name: string, known: string[]): string {
  const near = known.find((each) => each.startsWith(name)) ?? closest(name, known);
  const meant = near.startsWith(name) || distance(name, near) <= 1 + name.length / 3;
  return meant ? `"${name}" (did you mean "${near}"?)` : `"${name}"`;
}

/** A whole number within limits. */
export function wholeNumber({ min, max }: { min: number; max: number }, unit: string) {
  const error = `must be a whole number of ${unit} from ${min} to ${max}`;
  return z.int({ error }).min(min, { error, abort: true }).max(max, { error, abort: true });
}

/** Text that a pattern describes; `right` completes "must be ...". */
export function text(pattern: RegExp, right: string) {
  const error = `must be ${right}`;
  return z.string({ error }).regex(pattern, { error, abort: true });
}

export const flag = z.boolean({ error: "must be true or false" });

/** RFC 1123 label, what Kubernetes asks of a namespace's name. */
export const dnsLabel = text(
  /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
  "a DNS label: at most 63 lower-case letters, digits and hyphens, with a letter or digit at both ends",
);

/** RFC 1035 label, what Kubernetes asks of a service's name. Helm takes at most 53 characters of a release's. */
export const releaseName = text(
  /^[a-z]([-a-z0-9]{0,51}[a-z0-9])?$/,
  "at most 53 lower-case letters, digits and hyphens, beginning with a letter and ending with a letter or digit",
);

export const dnsName = text(
  /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/,
  'a DNS name in lower case, e.g. "vault.example.com"',
);

export const keyArn = text(
  /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/,
  "the ARN of a KMS key, arn:PARTITION:kms:REGION:ACCOUNT:key/ID (not of an alias)",
);

export const roleArn = text(
  /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/,
  "the ARN of an IAM role, arn:PARTITION:iam::ACCOUNT:role/NAME",
);

export const oidcProviderArn = text(
  /^arn:aws[a-z-]*:iam::\d{12}:oidc-provider\/[A-Za-z0-9./_-]+$/,
  "the ARN of the cluster's IAM OIDC provider, arn:PARTITION:iam::ACCOUNT:oidc-provider/ISSUER",
);

export const securityGroupId = text(
  /^sg-[0-9a-f]{8,17}$/,
  'the id of a security group, e.g. "sg-0123456789abcdef0"',
);

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html */
export const aliasName = text(
  /^alias\/(?!aws\/)[A-Za-z0-9/_-]{1,250}$/,
  '"alias/" and a name of letters, digits, "/", "_" and "-" that does not begin with "aws/"',
);

export const quantity = text(
  /^\d+(\.\d+)?([munkMGTPE]|[KMGTPE]i)?$/,
  'a Kubernetes quantity, e.g. "10Gi" or "100m"',
);

export const goDuration = text(/^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$/, 'a Go duration, e.g. "24h"');

export const chartVersion = text(
  /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/,
  'one exact chart version, e.g. "0.34.1": a range would let an upgrade happen on any deployment',
);

export const stringMap = z.record(z.string(), z.string({ error: "must be text" }), {
  error: "must be a map of text",
});

/**
 * An argument that may be an Output or a Promise: a plain value is checked at once, another when its value is known.
 *
 * @param name of the argument, for the error then. The value is not shown: it may be secret.
 */
export function input<T extends z.ZodType>(name: string, schema: T) {
  return z.unknown().transform((value, context): pulumi.Input<z.output<T>> => {
    if (pulumi.Output.isInstance<unknown>(value) || value instanceof Promise) {
      return pulumi.output(value).apply((known: unknown) => {
        const result = schema.safeParse(known);
        if (result.success) return result.data;
        throw refusal(result.error.issues.map(({ message }) => `${name} ${message}`).join("\n"));
      });
    }
    const result = schema.safeParse(value);
    if (result.success) return result.data as z.output<T>;
    for (const { message, path } of result.error.issues) context.addIssue({ code: "custom", message, path });
    return z.NEVER;
  });
}
