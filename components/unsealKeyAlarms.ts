import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checked } from "./argumentErrors";
import { input, keyArn, settings, stringMap, text } from "./argumentSchemas";
import { parseArn } from "./documents/arn";
import { alarmTopicPolicy } from "./documents/monitoring/alarmTopicPolicy";
import { keyChangedPattern, keyRefusedPattern } from "./documents/monitoring/keyEvents";

export interface UnsealKeyAlarmsArgs {
  /** ARN of the unseal key. The provider has to be of the key's account; the region is the key's own. */
  keyArn: pulumi.Input<string>;
  /**
   * ARN of an SNS topic in the key's region. Its policy must let events.amazonaws.com publish and, if it is encrypted, its key's
   * policy must let events.amazonaws.com use the key. Default: a new topic, not encrypted and without subscriptions.
   */
  topicArn?: pulumi.Input<string>;
  /** Tags of the rules and of the new topic. */
  tags?: { [key: string]: string };
}

/** EventBridge takes no FIFO topic as a target. */
const topicArn = text(
  /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/,
  "the ARN of a standard SNS topic, arn:PARTITION:sns:REGION:ACCOUNT:NAME",
);

const argsSchema = settings({
  keyArn: input("keyArn", keyArn),
  topicArn: input("topicArn", topicArn).optional(),
  tags: stringMap.optional(),
});

/**
 * Sends what CloudTrail records about the unseal key to an SNS topic: calls that change it, and calls on it that were refused.
 * Needs a trail in the key's region that logs management events and does not leave those of KMS out.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
export class UnsealKeyAlarms extends pulumi.ComponentResource {
  /** The topic to subscribe to. */
  public readonly topicArn: pulumi.Output<string>;

  constructor(name: string, args: UnsealKeyAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    const alarms = checked(argsSchema, args, `UnsealKeyAlarms "${name}": `);
    super("vault-auto-unseal:index:UnsealKeyAlarms", name, {}, opts);
    const { tags } = alarms;
    const key = pulumi.output(alarms.keyArn);
    const region = key.apply((arn) => parseArn(arn).region);

    this.topicArn = pulumi.output(alarms.topicArn ?? this.newTopic(name, region, tags));
    const rules = {
      changed: {
        description: "The unseal key of Vault was disabled, scheduled for deletion or changed",
        eventPattern: key.apply(keyChangedPattern),
        state: "ENABLED",
      },
      refused: {
        description: "A call on the unseal key of Vault was refused",
        eventPattern: key.apply(keyRefusedPattern),
        state: "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS",
      },
    };
    for (const [what, rule] of Object.entries(rules)) {
      const { name: ruleName } = new aws.cloudwatch.EventRule(
        `${name}-key-${what}`,
        { ...rule, region, tags },
        { parent: this },
      );
      new aws.cloudwatch.EventTarget(
        `${name}-key-${what}`,
        { rule: ruleName, arn: this.topicArn, region },
        { parent: this },
      );
    }
    this.registerOutputs({ topicArn: this.topicArn });
  }

  private newTopic(
    name: string,
    region: pulumi.Output<string>,
    tags?: { [key: string]: string },
  ): pulumi.Output<string> {
    const { arn } = new aws.sns.Topic(`${name}-key-alarms`, { region, tags }, { parent: this });
    new aws.sns.TopicPolicy(
      `${name}-key-alarms`,
      { arn, policy: arn.apply(alarmTopicPolicy), region },
      { parent: this },
    );
    return arn;
  }
}
