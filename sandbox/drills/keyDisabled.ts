import { DisableKeyCommand, EnableKeyCommand } from "@aws-sdk/client-kms";
import type { Figure, Stage } from "../stage";
import { sealedUntilRepaired } from "./sealedUntilRepaired";

/** The unseal key disabled under running servers, which then all go down. */
export function keyDisabled(stage: Stage): Promise<Figure[]> {
  const { aws, keyId: KeyId } = stage;
  return sealedUntilRepaired(stage, {
    event: "key disabled",
    cause: /Disabled/,
    begin: async () => {
      await aws.kms.send(new DisableKeyCommand({ KeyId }));
    },
    repair: "the key enabled",
    end: async () => {
      await aws.kms.send(new EnableKeyCommand({ KeyId }));
    },
  });
}
