import { clusterOf } from "./cluster";
import { VaultAutoUnseal } from "./components";
import { readSettings } from "./config";

export = async () => {
  const settings = readSettings();
  const { provider, ...network } = await clusterOf(settings);
  const { cluster: _, ...vaultSettings } = settings;
  const vault = new VaultAutoUnseal("vault", { ...vaultSettings, ...network }, { providers: [provider] });
  return {
    keyArn: vault.keyArn,
    keyId: vault.keyId,
    aliasName: vault.aliasName,
    roleArn: vault.roleArn,
    namespace: vault.namespace,
    serviceAccountName: vault.serviceAccountName,
    releaseName: vault.releaseName,
    vaultAddress: vault.vaultAddress,
    serverConfiguration: vault.serverConfiguration,
  };
};
