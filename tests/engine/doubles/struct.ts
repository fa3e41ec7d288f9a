import { runtime } from "@pulumi/pulumi";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { WireProperties } from "../../../local/registeredResource";

export function properties(object: Struct | undefined): WireProperties {
  return (object?.toJavaScript() ?? {}) as WireProperties;
}

export function struct(object: Record<string, unknown>): Struct {
  return Struct.fromJavaScript(object as Parameters<typeof Struct.fromJavaScript>[0]);
}

/** What a preview knows of outputs: their names. */
export function unknown(outputs: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.keys(outputs).map((name) => [name, runtime.unknownValue]));
}
