import assert from "node:assert/strict";
import { keyChangedPattern, keyRefusedPattern } from "../../../components/documents/monitoring/keyEvents";
import { matches } from "./eventPattern";

const keyId = "1234abcd-12ab-34cd-56ef-1234567890ab";
const keyArn = `arn:aws:kms:us-west-2:111122223333:key/${keyId}`;
const otherArn = "arn:aws:kms:us-west-2:111122223333:key/0987dcba-09fe-87dc-65ba-ab0987654321";
const aliasArn = "arn:aws:kms:us-west-2:111122223333:alias/vault-auto-unseal-key";

const resource = (arn: string) => ({ accountId: "111122223333", type: "AWS::KMS::Key", ARN: arn });

/** An event as EventBridge gets it, with the record that CloudTrail writes for a call in `detail`. */
function event(eventName: string, record: Record<string, unknown>) {
  return {
    source: "aws.kms",
    "detail-type": "AWS API Call via CloudTrail",
    account: "111122223333",
    region: "us-west-2",
    detail: {
      eventVersion: "1.08",
      userIdentity: { type: "AssumedRole", arn: "arn:aws:sts::111122223333:assumed-role/Admin/alice" },
      eventSource: "kms.amazonaws.com",
      eventName,
      awsRegion: "us-west-2",
      eventType: "AwsApiCall",
      ...record,
    },
  };
}

/** A call by the key's id, as in the examples of the KMS developer guide. */
function call(eventName: string, record: Record<string, unknown> = {}) {
  return event(eventName, {
    requestParameters: { keyId },
    responseElements: { keyId: keyArn },
    readOnly: false,
    resources: [resource(keyArn)],
    ...record,
  });
}

const changed = JSON.parse(keyChangedPattern(keyArn)) as Record<string, unknown>;
const refused = JSON.parse(keyRefusedPattern(keyArn)) as Record<string, unknown>;

const denied = {
  errorCode: "AccessDenied",
  errorMessage:
    "User: arn:aws:sts::111122223333:assumed-role/vault-role/1 is not authorized to perform: kms:Decrypt on resource: " +
    `${keyArn} because no identity-based policy allows the kms:Decrypt action`,
};

describe("keyChangedPattern", () => {
  for (const name of [
    "DeleteImportedKeyMaterial",
    "DisableKey",
    "DisableKeyRotation",
    "PutKeyPolicy",
    "ScheduleKeyDeletion",
  ]) {
    it(`matches ${name} by the key's id, its ARN or an alias`, () => {
      assert.ok(matches(changed, call(name)));
      assert.ok(matches(changed, call(name, { resources: undefined })));
      assert.ok(matches(changed, call(name, { requestParameters: { keyId: keyArn }, resources: undefined })));
      assert.ok(
        matches(changed, call(name, { requestParameters: { keyId: "alias/vault-auto-unseal-key" } })),
      );
    });
  }

  for (const name of ["DeleteAlias", "UpdateAlias"]) {
    it(`matches ${name}, which lists the alias and the key`, () => {
      const resources = [resource(aliasArn), resource(keyArn)];
      const requestParameters = { aliasName: "alias/vault-auto-unseal-key" };
      assert.ok(matches(changed, event(name, { requestParameters, resources })));
    });
  }

  const unmatched: [string, unknown][] = [
    [
      "another key",
      call("DisableKey", { requestParameters: { keyId: otherArn }, resources: [resource(otherArn)] }),
    ],
    ["the key's use", call("Decrypt", { readOnly: true })],
    ["what is no harm", call("CancelKeyDeletion")],
    ["a change that was refused", call("DisableKey", { ...denied, responseElements: null })],
    [
      "a call without parameters or resources",
      event("DisableKey", { requestParameters: null, resources: null }),
    ],
    ["another service's event", { ...call("DisableKey"), source: "aws.s3" }],
  ];
  for (const [what, unmatchedEvent] of unmatched) {
    it(`does not match ${what}`, () => assert.ok(!matches(changed, unmatchedEvent)));
  }
});

describe("keyRefusedPattern", () => {
  const matched: [string, unknown][] = [
    [
      "a refused Decrypt that only its message tells the key of",
      event("Decrypt", { ...denied, requestParameters: null, readOnly: true }),
    ],
    [
      "a refused DescribeKey",
      call("DescribeKey", { errorCode: "AccessDenied", readOnly: true, resources: undefined }),
    ],
    ["the SDK's name of the error", call("Encrypt", { errorCode: "AccessDeniedException" })],
    ["a refused attempt to change the key", call("PutKeyPolicy", { ...denied, resources: undefined })],
  ];
  for (const [what, matchedEvent] of matched) {
    it(`matches ${what}`, () => assert.ok(matches(refused, matchedEvent)));
  }

  const unmatched: [string, unknown][] = [
    ["a call that was allowed", call("Decrypt", { readOnly: true })],
    ["another failure", call("Decrypt", { errorCode: "DisabledException" })],
    [
      "a refusal of another key",
      event("Decrypt", {
        ...denied,
        errorMessage: denied.errorMessage.replace(keyArn, otherArn),
        resources: [resource(otherArn)],
      }),
    ],
  ];
  for (const [what, unmatchedEvent] of unmatched) {
    it(`does not match ${what}`, () => assert.ok(!matches(refused, unmatchedEvent)));
  }
});

describe("the patterns of the key's events", () => {
  it("fit EventBridge's limit of 2048 characters, for a multi-Region key of a long partition too", () => {
    const long = "arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab";
    assert.ok(keyChangedPattern(long).length < 2048);
    assert.ok(keyRefusedPattern(long).length < 2048);
  });
});
