import { describe, expect, test } from "bun:test";
import { agentActor, brokerBed, OPERATOR } from "../../../test/support/broker-bed.ts";
import { canonicalJson } from "./canonical-json.ts";

describe("the audit", () => {
  test("chains its rows, and shows a row that was changed or taken out", async () => {
    using bed = brokerBed();
    for (const n of [1, 2, 3]) {
      await bed.db.writer.write((tx) =>
        bed.audit.append(tx, {
          actor: n === 2 ? agentActor("bob") : OPERATOR,
          action: "act",
          target: `${n}`,
          detail: { n, id: 2n ** 60n },
        }),
      );
    }
    expect(bed.audit.verify()).toEqual({ ok: true, rows: 3 });
    expect(bed.audit.list(1)).toMatchObject([{ seq: 3, actor_kind: "operator", via: "host", target: "3" }]);
    bed.db.sqlite.exec("update audit set target = 'else' where seq = 2");
    expect(bed.audit.verify()).toEqual({ ok: false, seq: 2 });
    bed.db.sqlite.exec("update audit set target = '2' where seq = 2");
    expect(bed.audit.verify().ok).toBe(true);
    bed.db.sqlite.exec("delete from audit where seq = 2");
    expect(bed.audit.verify()).toEqual({ ok: false, seq: 3 });
  });

  test("hashes one value one way", () => {
    expect(canonicalJson({ b: [1, { d: 2n ** 60n, c: undefined }], a: null })).toBe(
      '{"a":null,"b":[1,{"d":1152921504606846976}]}',
    );
  });
});
