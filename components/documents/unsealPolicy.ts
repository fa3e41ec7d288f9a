import { sortedJson } from "./json";
import { unsealActions } from "./unsealActions";

/** The identity policy of Vault's role: the seal's three actions on that one key, nothing else. */
export function unsealPolicy(keyArn: string): string {
  return sortedJson({
    Version: "2012-10-17",
    Statement: [{ Sid: "UnsealVault", Effect: "Allow", Action: unsealActions, Resource: keyArn }],
  });
}
