import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { alarmTopicPolicy } from "../../../components/documents/monitoring/alarmTopicPolicy";
import { keyChangedPattern, keyRefusedPattern } from "../../../components/documents/monitoring/keyEvents";
import { UnsealKeyAlarms, type UnsealKeyAlarmsArgs } from "../../../components/unsealKeyAlarms";
import { keyArn, region } from "../../support/plausibleCloud";
import { assertRefused, noting, registered, valueOf } from "../../support/pulumiMocks";
import { inOrder, mockMonitoringCloud } from "./cloudMocks";

async function make(args: UnsealKeyAlarmsArgs) {
  const resources = await mockMonitoringCloud();
  const declared: pulumi.ResourceTransformationArgs[] = [];
  const alarms = new UnsealKeyAlarms("vault", args, noting(declared));
  await registered();
  return { alarms, resources: inOrder(resources), declared };
}

const component = { type: "vault-auto-unseal:index:UnsealKeyAlarms", name: "vault", inputs: {} };
const newTopic = `arn:aws:sns:${region}:111122223333:vault-key-alarms`;

function rules(topicArn: string, tags?: Record<string, string>) {
  return [
    {
      type: "aws:cloudwatch/eventRule:EventRule",
      name: "vault-key-changed",
      inputs: {
        description: "The unseal key of Vault was disabled, scheduled for deletion or changed",
        eventPattern: keyChangedPattern(keyArn),
        state: "ENABLED",
        region,
        ...(tags && { tags }),
      },
    },
    {
      type: "aws:cloudwatch/eventRule:EventRule",
      name: "vault-key-refused",
      inputs: {
        description: "A call on the unseal key of Vault was refused",
        eventPattern: keyRefusedPattern(keyArn),
        state: "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS",
        region,
        ...(tags && { tags }),
      },
    },
    ...["vault-key-changed", "vault-key-refused"].map((name) => ({
      type: "aws:cloudwatch/eventTarget:EventTarget",
      name,
      inputs: { rule: name, arn: topicArn, region },
    })),
  ];
}

describe("UnsealKeyAlarms", () => {
  it("sends changes of the key and refusals to a topic of its own, in the key's region", async () => {
    const { alarms, resources, declared } = await make({ keyArn, tags: { team: "security" } });
    assert.deepEqual(resources, [
      ...rules(newTopic, { team: "security" }),
      {
        type: "aws:sns/topic:Topic",
        name: "vault-key-alarms",
        inputs: { region, tags: { team: "security" } },
      },
      {
        type: "aws:sns/topicPolicy:TopicPolicy",
        name: "vault-key-alarms",
        inputs: { arn: newTopic, policy: alarmTopicPolicy(newTopic), region },
      },
      component,
    ]);
    assert.equal(await valueOf(alarms.topicArn), newTopic);
    assert.deepEqual(
      declared.slice(1).map(({ opts }) => opts.parent),
      Array(6).fill(alarms),
    );
  });

  it("sends them to a topic that exists, and leaves its policy alone", async () => {
    const topicArn = `arn:aws:sns:${region}:444455556666:pages`;
    const { alarms, resources } = await make({ keyArn: pulumi.output(keyArn), topicArn });
    assert.deepEqual(resources, [...rules(topicArn), component]);
    assert.equal(await valueOf(alarms.topicArn), topicArn);
  });

  const topicNeeded = "it must be the ARN of a standard SNS topic, arn:PARTITION:sns:REGION:ACCOUNT:NAME";
  for (const topicArn of [
    "pages",
    "arn:aws:sqs:eu-west-1:111122223333:pages",
    "arn:aws:sns:eu-west-1:111122223333:pages.fifo",
  ]) {
    it(`refuses the topic ${topicArn}`, async () => {
      await assertRefused(
        () => new UnsealKeyAlarms("vault", { keyArn, topicArn }),
        `UnsealKeyAlarms "vault": topicArn is "${topicArn}"; ${topicNeeded}`,
      );
    });
  }

  it("refuses a key's alias", async () => {
    await assertRefused(
      () => new UnsealKeyAlarms("vault", { keyArn: "alias/vault" }),
      'UnsealKeyAlarms "vault": keyArn is "alias/vault"; it must be the ARN of a KMS key, ' +
        "arn:PARTITION:kms:REGION:ACCOUNT:key/ID (not of an alias)",
    );
  });
});

describe("alarmTopicPolicy", () => {
  it("lets EventBridge publish to that topic, without a condition, which EventBridge does not support", () => {
    assert.deepEqual(JSON.parse(alarmTopicPolicy(newTopic)), {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "EventBridgePublishes",
          Effect: "Allow",
          Principal: { Service: "events.amazonaws.com" },
          Action: "sns:Publish",
          Resource: newTopic,
        },
      ],
    });
  });
});
