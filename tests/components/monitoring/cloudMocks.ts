import * as pulumi from "@pulumi/pulumi";
import type { MockedResource } from "../../support/pulumiMocks";

/** What AWS answers for the alarms' resources, by type; Kubernetes answers with what it was given. */
const outputsByType: Record<string, (name: string) => Record<string, unknown>> = {
  "aws:cloudwatch/eventRule:EventRule": (name) => ({ name }),
  "aws:cloudwatch/eventTarget:EventTarget": () => ({}),
  "aws:sns/topic:Topic": (name) => ({ arn: `arn:aws:sns:ap-northeast-2:111122223333:${name}` }),
  "aws:sns/topicPolicy:TopicPolicy": () => ({}),
  "kubernetes:core/v1:ConfigMap": () => ({}),
  "kubernetes:monitoring.coreos.com/v1:PrometheusRule": () => ({}),
  "kubernetes:monitoring.coreos.com/v1:ServiceMonitor": () => ({}),
};

/**
 * Puts Pulumi's mocks in the place of its engine.
 *
 * @returns what is registered from here on. It is complete after `registered()`.
 */
export async function mockMonitoringCloud(): Promise<MockedResource[]> {
  const resources: MockedResource[] = [];
  await pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs, custom }) => {
      resources.push({ type, name, inputs });
      if (!custom) return { id: undefined, state: {} };
      const outputs = outputsByType[type];
      if (!outputs) throw new Error(`no double for a resource of type ${type}`);
      return { id: name, state: { ...inputs, ...outputs(name) } };
    },
    call: ({ token }) => {
      throw new Error(`no double for the lookup ${token}`);
    },
  });
  return resources;
}

/** By type and name: resources that do not wait for each other are registered in no certain order. */
export function inOrder(resources: MockedResource[]): MockedResource[] {
  return resources.toSorted((a, b) => (a.type + a.name < b.type + b.name ? -1 : 1));
}
