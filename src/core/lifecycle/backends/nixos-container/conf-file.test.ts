import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { confValue, editConf, FRESH_CONF, OWNED_EMPTY, ownedKeys, parseConf } from "./conf-file.ts";

const FLAGS = "--bind=/a:/b --bind-ro=/c\\:d:/e";
const owned = ownedKeys(FLAGS);

/** What `nixos-container create` leaves behind. */
const CREATED = [
  "PRIVATE_NETWORK=1",
  "HOST_ADDRESS=10.233.1.1",
  "LOCAL_ADDRESS=10.233.1.2",
  "HOST_BRIDGE=",
  "HOST_PORT=",
  "AUTO_START=0",
  "FLAKE=/var/lib/hyperhive/meta",
  "",
].join("\n");

const line = fc.oneof(
  fc.constantFrom("", "# HOST_ADDRESS=10.0.0.1", "; a comment", "no assignment", "   ", "\t# tab"),
  fc.constantFrom(
    ...Object.keys(owned).flatMap((key) => [`${key}=1`, `${key}="a b"`, `  ${key} = x`, `${key}='it=is'`]),
  ),
  fc.constantFrom(
    "OTHER=a = b",
    'OTHER="two words"',
    "FLAKE=x#y",
    "A_1='#no comment'",
    "B=c\\\n d",
    'C="1\n2"',
  ),
  fc.stringMatching(/^[A-Z]{2,8}X=[ -~]{0,12}$/),
);
const text = fc
  .tuple(fc.array(line), fc.constantFrom("\n", "\r\n"), fc.boolean())
  .map(([lines, eol, ended]) => lines.join(eol) + (ended ? eol : ""));

const foreign = (conf: string): string[] =>
  parseConf(conf)
    .filter(({ key }) => key === undefined || owned[key] === undefined)
    .map(({ raw }) => raw.replace(/[\r\n]+$/, ""));

describe("conf file", () => {
  test("is, joined again, what was parsed", () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.string()), (conf) => {
        expect(
          parseConf(conf)
            .map(({ raw }) => raw)
            .join(""),
        ).toBe(conf);
      }),
    );
  });

  test("stays as it is when edited again", () => {
    fc.assert(
      fc.property(text, (conf) => {
        const once = editConf(conf, owned);
        expect(editConf(once, owned)).toBe(once);
      }),
    );
  });

  test("keeps every line that is not ours, in its order", () => {
    fc.assert(
      fc.property(text, (conf) => {
        expect(foreign(editConf(conf, owned)).filter((raw) => raw !== "")).toEqual(
          foreign(conf).filter((raw) => raw !== ""),
        );
      }),
    );
  });

  test("sets each of our keys exactly once, whatever stood there", () => {
    fc.assert(
      fc.property(text, (conf) => {
        const edited = editConf(conf, owned);
        const keys = parseConf(edited).map(({ key }) => key);
        for (const [key, value] of Object.entries(owned)) {
          expect(keys.filter((one) => one === key)).toHaveLength(1);
          expect(confValue(edited, key)).toBe(value);
        }
      }),
    );
  });

  test("keeps CRLF, comments, blanks and = in values, and lines edited by hand", () => {
    const conf = "# mine\r\nFLAKE = a = b\r\nHOST_ADDRESS=10.0.0.1\r\n\r\nODD line\r\n";
    const edited = editConf(conf, { HOST_ADDRESS: "", PRIVATE_NETWORK: "0" });
    expect(edited).toBe("# mine\r\nFLAKE = a = b\r\nHOST_ADDRESS=\r\n\r\nODD line\r\nPRIVATE_NETWORK=0\r\n");
  });

  test("does not take a line within quotes, or a continued one, for an assignment", () => {
    const conf = 'NOTE="first\nHOST_ADDRESS=1\n"\nMORE=a\\\nPRIVATE_NETWORK=1\n';
    expect(editConf(conf, { HOST_ADDRESS: "", PRIVATE_NETWORK: "0" })).toBe(
      `${conf}HOST_ADDRESS=\nPRIVATE_NETWORK=0\n`,
    );
  });

  test("sets what is ours before a quote that nobody closed, which would swallow it", () => {
    expect(editConf('A=1\nNOTE="open\nB=2\n', { B: "3" })).toBe('A=1\nB=3\nNOTE="open\nB=2\n');
  });

  test("ends the last line before it adds one", () => {
    expect(editConf("A=1", { B: "2" })).toBe("A=1\nB=2\n");
  });
});

describe("field notes: nixos-container create auto-assigns HOST_ADDRESS / LOCAL_ADDRESS", () => {
  const edited = editConf(CREATED, owned);

  test("all five addresses are cleared, and the network is the host's", () => {
    for (const key of OWNED_EMPTY) expect(confValue(edited, key)).toBe("");
    expect(confValue(edited, "PRIVATE_NETWORK")).toBe("0");
  });

  test("the rest of what it wrote stays", () => {
    expect(confValue(edited, "FLAKE")).toBe("/var/lib/hyperhive/meta");
    expect(edited).toContain("HOST_PORT=\nAUTO_START=0\n");
  });
});

describe("field notes: nixos-container doesn't expose --bind on the CLI", () => {
  test("binds travel in EXTRA_NSPAWN_FLAGS of the conf file, also of a new one", () => {
    expect(confValue(editConf(FRESH_CONF, owned), "EXTRA_NSPAWN_FLAGS")).toBe(FLAGS);
  });

  test("a second line of the key, which would win, goes", () => {
    const edited = editConf("EXTRA_NSPAWN_FLAGS=--old\nEXTRA_NSPAWN_FLAGS=--newer\n", owned);
    expect(edited).not.toContain("--old");
    expect(edited).not.toContain("--newer");
  });
});
