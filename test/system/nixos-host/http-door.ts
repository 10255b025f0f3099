// A browser's side of the hive, in the host's network: logs in, then approves what a line names. Its last line is how
// that ended. http-door.ts SOCKET BASE
import { hostTransport } from "../../../src/hivectl/connect.ts";
import { toErrorBody } from "../../../src/wire/errors.ts";
import { operatorWire } from "../../../src/wire/wire.ts";
import { loginOverHttp } from "../../support/hive-http.ts";

const [socket = "", base = ""] = process.argv.slice(2);
const http = await loginOverHttp(base, hostTransport([socket]));
console.log("ready");
for await (const line of console) {
  const told = await http.call(operatorWire.approve, { id: BigInt(line) }).then(
    () => "approved",
    (error: unknown) => toErrorBody(error).error,
  );
  console.log(told);
  process.exit(0);
}
