import { clusterOf } from "./cluster";
import { VaultAutoUnseal } from "./components";
import { readSettings } from "./config";

export = async () => {
  const { cluster, ...settings } = readSettings();
  const { provider, ...network } = await clusterOf(cluster, settings.tags);
  const vault = new VaultAutoUnseal("vault", { ...settings, ...network }, { providers: [provider] });
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
