// A request that would change files of several kinds, for the pages' tests and screenshots.
import type { Approval } from "../../src/wire/approvals.ts";
import { HOSTILE } from "./web-scene.ts";

export const CHANGE = `diff --git a/agent.json b/agent.json
index 1111111..2222222 100644
--- a/agent.json
+++ b/agent.json
@@ -1,6 +1,7 @@
 {
-  "model": "sonnet",
+  "model": "opus",
+  "effort": "high",
   "warm_seconds": 120,
   "limits": { "memory_max_bytes": 2147483648 },
   "allowed_recipients": ["hm1nd", "operator"]
 }
diff --git a/agent.nix b/agent.nix
index 3333333..4444444 100644
--- a/agent.nix
+++ b/agent.nix
@@ -2,5 +2,7 @@
 { pkgs, ... }:
 {
   # what the work needs
-  environment.systemPackages = [ pkgs.jq ];
+  environment.systemPackages = with pkgs; [ jq ripgrep ];
+  services.postgresql.enable = true;
+  hyperhive.note = "${HOSTILE.replaceAll('"', "'")}";
 }
diff --git a/NOTES.md b/NOTES.md
new file mode 100644
--- /dev/null
+++ b/NOTES.md
@@ -0,0 +1,3 @@
+# notes
+
+- \`rg\` finds callers **faster**
`;

export function changeRequest(id: bigint, diff: string | undefined = CHANGE): Approval {
  return {
    ...{ id, agent: "alice", kind: "merge_config_pr", commit_ref: "aaaaaaa", status: "pending" },
    requested_at: new Date().toISOString(),
    description: "opus for the parser, and ripgrep with a database for the tests",
    payload: {
      ...{ agent: "alice", sha: "a".repeat(40), subject: "opus, ripgrep, postgresql" },
      stat: " NOTES.md   | 3 +++\n agent.json | 3 ++-\n agent.nix  | 4 +++-",
      diff,
    },
  };
}
