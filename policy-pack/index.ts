import { PolicyPack } from "@pulumi/policy";
import { kmsActionsScoped } from "./policies/kmsActionsScoped";
import { kmsKeyRotation } from "./policies/kmsKeyRotation";

new PolicyPack("vault-auto-unseal", {
  enforcementLevel: "mandatory",
  policies: [kmsActionsScoped, kmsKeyRotation],
});
