import { describe, expect, test } from "bun:test";
import { OPERATOR } from "../../../test/support/broker-bed.ts";
import { configBed, REAL_BACKENDS } from "../../../test/support/config-bed.ts";

for (const { name, reason, make } of REAL_BACKENDS) {
  // The title says why it does not work on this machine.
  const when = reason === undefined ? test : test.skip;
  const title = (text: string): string => (reason === undefined ? text : `${text} (${reason})`);

  describe(`configuration flow on ${name}`, () => {
    when(title("a change goes from the agent's work tree to what runs, and back"), async () => {
      await using bed = await configBed(make);
      await bed.init("alice");
      const before = bed.agents.record("alice").deployed_sha;
      const sha = await bed.commit("alice", { "agent.json": { model: "opus" } });
      const asked = await bed.ask("alice", sha);
      expect(asked.payload?.["diff"]).toContain('+  "model": "opus",');
      expect(asked).toMatchObject({ fetched_sha: sha, status: "pending", commit_ref: sha });
      expect(bed.agents.get("alice").config.model).toBeUndefined();
      const end = await bed.approve(asked.id);
      expect(end).toMatchObject({ status: "approved" });
      expect(bed.agents.get("alice").config.model).toBe("opus");
      expect(bed.agents.record("alice").deployed_sha).toBe(sha);
      expect(bed.agentJson("alice").model).toBe("opus");
      expect(bed.agents.statuses()[0]).toMatchObject({ deployed_sha: sha.slice(0, 12), needs_update: false });
      const back = await bed.approvals.rollback(OPERATOR, { name: "alice", to: 1n });
      await bed.settled(back.id);
      expect(bed.agents.get("alice").config.model).toBeUndefined();
      expect(bed.agents.record("alice").deployed_sha).toBe(before);
      const log = await bed.config.log("alice");
      expect(log.map(({ id, result, current }) => [id, result, current])).toEqual([
        [back.id, "deployed", true],
        [asked.id, "deployed", false],
        [1n, "deployed", false],
      ]);
    });
  });
}
