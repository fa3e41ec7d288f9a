/** The parts of an Amazon Resource Name, `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`. */
export interface Arn {
  partition: string;
  service: string;
  region: string;
  account: string;
  resource: string;
}

/**
 * Takes an ARN apart. The resource part keeps its own colons and slashes.
 *
 * @throws Error if the text is not an ARN.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
 */
export function parseArn(text: string): Arn {
  const [prefix, partition, service, region, account, ...resource] = text.split(":");
  if (
    prefix !== "arn" ||
    !partition ||
    !service ||
    region === undefined ||
    account === undefined ||
    !resource[0]
  ) {
    throw new Error(`"${text}" is not an ARN (arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE)`);
  }
  return { partition, service, region, account, resource: resource.join(":") };
}
