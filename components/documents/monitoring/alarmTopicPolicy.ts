import { sortedJson } from "../json";

/**
 * The policy of an SNS topic that EventBridge may publish to. It has no condition on the rule's ARN: EventBridge supports no
 * conditions in a topic's policy, and with one every message would be dropped without a word.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions
 */
export function alarmTopicPolicy(topicArn: string): string {
  return sortedJson({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "EventBridgePublishes",
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sns:Publish",
        Resource: topicArn,
      },
    ],
  });
}
