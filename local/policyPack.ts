import * as proto from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { PolicyPackProcess } from "./policyPackProcess";
import type { RegisteredResource, WireProperties } from "./registeredResource";
import { plain } from "./wire";

export type EnforcementLevel = "advisory" | "mandatory" | "remediate" | "disabled";

export interface Violation {
  policyName: string;
  enforcementLevel: EnforcementLevel;
  message: string;
  /** The resource's, or the stack's own for a policy on the whole stack. */
  urn: string;
  /** What the policy says of itself. */
  description: string;
}

export interface PolicyVerdict {
  packName: string;
  packVersion: string;
  /** The policies that judged at least one resource, or the stack. Those held that have no violation. */
  policies: string[];
  /** The enabled policies that found nothing to judge: they neither held nor failed. */
  notApplicable: string[];
  violations: Violation[];
}

/**
 * Settings by policy name, in the form of Pulumi's `--policy-pack-config` file: an enforcement level, or properties with or without
 * `enforcementLevel`; `all` sets the level of every policy.
 */
export type PolicyConfiguration = Record<string, unknown>;

/**
 * A policy pack without the CLI: its own process, asked over the Analyzer service as a preview asks it, each resource by its inputs
 * and then the stack by its outputs. Remediations are not run: what they would mend is a violation here.
 *
 * @see https://github.com/pulumi/pulumi/blob/master/proto/pulumi/analyzer.proto
 */
export class PolicyPack {
  private constructor(
    private readonly process: PolicyPackProcess,
    private readonly info: proto.AnalyzerInfo,
    private readonly stackUrn: string,
  ) {}

  /**
   * @param directory holds the pack's PulumiPolicy.yaml and package.json; its dependencies are installed.
   * @throws Error if the pack doesn't start, with what it printed.
   */
  public static async start(directory: string, project: string, stack: string): Promise<PolicyPack> {
    const process = await PolicyPackProcess.start(directory, project, stack);
    try {
      const info = await process.ask<proto.AnalyzerInfo>((client, answer) =>
        client.getAnalyzerInfo(new Empty(), answer),
      );
      const request = new proto.AnalyzerStackConfigureRequest();
      request.setStack(stack).setProject(project).setDryRun(true);
      await process.ask((client, answer) => client.configureStack(request, answer));
      const urn = `urn:pulumi:${stack}::${project}::pulumi:pulumi:Stack::${project}-${stack}`;
      return new PolicyPack(process, info, urn);
    } catch (error) {
      await process.stop();
      throw error;
    }
  }

  /**
   * Holds resources to the pack.
   *
   * @param config over the pack's own configuration.
   * @throws Error if a policy fails or ends the process, with what the pack printed; or if the configuration has no such
   *   enforcement level.
   */
  public async evaluate(
    resources: RegisteredResource[],
    config: PolicyConfiguration = {},
  ): Promise<PolicyVerdict> {
    const given = new Map(Object.entries(config).map(([name, value]) => [name, readSettings(name, value)]));
    const settings = policySettings(this.info, given);
    await this.process.ask((client, answer) => client.configure(configureRequest(settings), answer));

    const answers: Answer[] = [];
    for (const resource of resources) {
      const response = await this.process.ask<proto.AnalyzeResponse>((client, answer) =>
        client.analyze(analyzeRequest(resource, resources), answer),
      );
      answers.push({ response, asked: proto.PolicyType.POLICY_TYPE_RESOURCE, urn: resource.urn });
    }
    const response = await this.process.ask<proto.AnalyzeResponse>((client, answer) =>
      client.analyzeStack(analyzeStackRequest(resources), answer),
    );
    answers.push({ response, asked: proto.PolicyType.POLICY_TYPE_STACK, urn: this.stackUrn });
    return verdict(this.info, settings, answers);
  }

  /** Ends the pack's process. */
  public stop(): Promise<void> {
    return this.process.stop();
  }
}

interface Answer {
  response: proto.AnalyzeResponse;
  /** The policies that were asked. */
  asked: proto.PolicyType;
  /** What they were asked about. */
  urn: string;
}

function verdict(
  info: proto.AnalyzerInfo,
  settings: Map<string, PolicySettings>,
  answers: Answer[],
): PolicyVerdict {
  const enabled = info
    .getPoliciesList()
    .filter((policy) => settings.get(policy.getName())?.level !== "disabled");
  const judged = (policy: proto.PolicyInfo): boolean =>
    answers.some(
      ({ response, asked }) =>
        [asked, proto.PolicyType.POLICY_TYPE_UNKNOWN].includes(policy.getPolicyType()) &&
        !response.getNotApplicableList().some((skipped) => skipped.getPolicyName() === policy.getName()),
    );
  const names = (policies: proto.PolicyInfo[]): string[] => policies.map((policy) => policy.getName()).sort();
  return {
    packName: info.getName(),
    packVersion: info.getVersion(),
    policies: names(enabled.filter(judged)),
    notApplicable: names(enabled.filter((policy) => !judged(policy))),
    violations: answers.flatMap(({ response, urn }) =>
      response.getDiagnosticsList().map((diagnostic) => ({
        policyName: diagnostic.getPolicyname(),
        enforcementLevel: levelOf(diagnostic.getEnforcementlevel()),
        message: diagnostic.getMessage(),
        urn: diagnostic.getUrn() || urn,
        description: diagnostic.getDescription(),
      })),
    ),
  };
}

interface PolicySettings {
  level: EnforcementLevel;
  properties: Record<string, unknown>;
}

const levels: Record<EnforcementLevel, proto.EnforcementLevel> = {
  advisory: proto.EnforcementLevel.ADVISORY,
  mandatory: proto.EnforcementLevel.MANDATORY,
  disabled: proto.EnforcementLevel.DISABLED,
  remediate: proto.EnforcementLevel.REMEDIATE,
};

function levelOf(level: proto.EnforcementLevel): EnforcementLevel {
  const names = Object.keys(levels) as EnforcementLevel[];
  const name = names.find((candidate) => levels[candidate] === level);
  if (!name) throw new Error(`the policy pack answered with the unknown enforcement level ${level}`);
  return name;
}

/**
 * The schemas' defaults, then the pack's own configuration over them, then the caller's. This is the engine's part, not the
 * pack's. Values are not held to the schemas.
 *
 * @see https://github.com/pulumi/pulumi/blob/master/pkg/resource/analyzer/config.go
 */
function policySettings(
  info: proto.AnalyzerInfo,
  ofCaller: Map<string, Partial<PolicySettings>>,
): Map<string, PolicySettings> {
  const ofPack = new Map(
    info
      .getInitialconfigMap()
      .toArray()
      .map(([name]) => [name, initialSettings(info, name)]),
  );
  return new Map(
    info.getPoliciesList().map((policy) => {
      const name = policy.getName();
      const settings = [ofPack, ofCaller].reduce(
        (below, given) => ({
          level: given.get(name)?.level ?? given.get("all")?.level ?? below.level,
          properties: { ...below.properties, ...given.get(name)?.properties },
        }),
        defaultSettings(policy),
      );
      return [name, settings];
    }),
  );
}

function defaultSettings(policy: proto.PolicyInfo): PolicySettings {
  const schema = (policy.getConfigschema()?.getProperties()?.toJavaScript() ?? {}) as Record<
    string,
    { default?: unknown }
  >;
  const withDefault = Object.entries(schema).filter(([, property]) => property.default !== undefined);
  return {
    level: levelOf(policy.getEnforcementlevel()),
    properties: Object.fromEntries(withDefault.map(([name, property]) => [name, property.default])),
  };
}

function initialSettings(info: proto.AnalyzerInfo, policy: string): Partial<PolicySettings> {
  const initial = info.getInitialconfigMap().get(policy);
  return initial
    ? { level: levelOf(initial.getEnforcementlevel()), properties: initial.getProperties()?.toJavaScript() }
    : {};
}

function readSettings(policy: string, value: unknown): Partial<PolicySettings> {
  const given = typeof value === "object" ? value : { enforcementLevel: value };
  const { enforcementLevel: level, ...properties } = { ...given } as { enforcementLevel?: EnforcementLevel };
  if (level !== undefined && !Object.hasOwn(levels, level)) {
    const known = Object.keys(levels).join(", ");
    throw new Error(
      `policy "${policy}" can't have the enforcement level ${JSON.stringify(level)}: use one of ${known}`,
    );
  }
  return { level, properties };
}

function configureRequest(settings: Map<string, PolicySettings>): proto.ConfigureAnalyzerRequest {
  const request = new proto.ConfigureAnalyzerRequest();
  for (const [name, { level, properties }] of settings) {
    const policy = new proto.PolicyConfig()
      .setEnforcementlevel(levels[level])
      .setProperties(struct(properties));
    request.getPolicyconfigMap().set(name, policy);
  }
  return request;
}

function analyzeRequest(resource: RegisteredResource, all: RegisteredResource[]): proto.AnalyzeRequest {
  return new proto.AnalyzeRequest()
    .setType(resource.type)
    .setUrn(resource.urn)
    .setName(resource.name)
    .setProperties(wireStruct(resource.inputs))
    .setOptions(resourceOptions(resource))
    .setProvider(providerOf(resource, all));
}

function analyzeStackRequest(all: RegisteredResource[]): proto.AnalyzeStackRequest {
  return new proto.AnalyzeStackRequest().setResourcesList(
    all.map((resource) => {
      const analyzed = new proto.AnalyzerResource()
        .setType(resource.type)
        .setUrn(resource.urn)
        .setName(resource.name)
        .setProperties(wireStruct(resource.outputs))
        .setOptions(resourceOptions(resource))
        .setProvider(providerOf(resource, all))
        .setParent(resource.parent)
        .setDependenciesList(resource.dependencies);
      for (const [property, urns] of Object.entries(resource.propertyDependencies)) {
        const dependencies = new proto.AnalyzerPropertyDependencies().setUrnsList(urns);
        analyzed.getPropertydependenciesMap().set(property, dependencies);
      }
      return analyzed;
    }),
  );
}

function resourceOptions(resource: RegisteredResource): proto.AnalyzerResourceOptions {
  return new proto.AnalyzerResourceOptions()
    .setProtect(resource.protect)
    .setIgnorechangesList(resource.ignoreChanges)
    .setAliasesList(resource.aliases)
    .setParent(resource.parent);
}

/** A default provider is not among the program's resources, and is left out. */
function providerOf(
  { provider }: RegisteredResource,
  all: RegisteredResource[],
): proto.AnalyzerProviderResource | undefined {
  const found = all.find(({ urn }) => provider.startsWith(`${urn}::`));
  return (
    found &&
    new proto.AnalyzerProviderResource()
      .setType(found.type)
      .setUrn(found.urn)
      .setName(found.name)
      .setProperties(wireStruct(found.inputs))
  );
}

/** Packs take no references to resources; unwrapping secrets changes nothing, since they do so themselves. */
function wireStruct(properties: WireProperties): Struct {
  return struct(plain(properties));
}

function struct(properties: Record<string, unknown>): Struct {
  return Struct.fromJavaScript(properties as Parameters<typeof Struct.fromJavaScript>[0]);
}
