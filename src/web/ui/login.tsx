/** The login screen: exchanges the code of a link, or one pasted by hand. */
import { useEffect, useState } from "preact/hooks";
import { call } from "../../client/call.ts";
import { systemEndpoints } from "../../wire/system.ts";
import { useHive } from "../hive.ts";
import { asError } from "../net/connection.ts";
import { dropHash } from "../net/credentials.ts";
import { codeFrom, routeOf, secretIn } from "../net/place.ts";
import { Submit } from "./action.tsx";
import { Mark } from "./bits.tsx";

export function Login() {
  const hive = useHive();
  const [pasted, setPasted] = useState("");
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState("");
  const exchange = async (code: string): Promise<void> => {
    setBusy(true);
    setRefusal("");
    try {
      // Not hive.call: a stale code must not cost a browser the login it has.
      const { token } = await call(hive.transport, systemEndpoints.login, { code });
      hive.credentials.keep(token);
      hive.go(routeOf(location.pathname, ""));
    } catch (thrown) {
      setRefusal(asError(thrown).message);
      setBusy(false);
    }
  };
  useEffect(() => {
    const take = (): void => {
      const code = secretIn(location.hash, "login");
      if (code === undefined) return;
      dropHash();
      void exchange(code);
    };
    take();
    // A link opened in the tab that shows this screen changes the hash only.
    addEventListener("hashchange", take);
    return () => removeEventListener("hashchange", take);
  }, []);
  return (
    <main class="login">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void exchange(codeFrom(pasted));
        }}
      >
        <Mark />
        <h1>hyperhive</h1>
        <p>this browser is not logged in. on the machine of the hive:</p>
        <p class="command">
          run <code>hivectl login</code>
        </p>
        <p class="dim">
          and open the link it prints, or paste its code here. it works once, for five minutes.
        </p>
        <label for="code">login code or link</label>
        <input
          id="code"
          type="text"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          value={pasted}
          onInput={(event) => setPasted(event.currentTarget.value)}
        />
        {refusal !== "" && (
          <p class="refusal" role="alert">
            {refusal}
          </p>
        )}
        {hive.credentials.token.value !== undefined && refusal !== "" && (
          <button type="button" class="button plain" onClick={() => hive.go(routeOf(location.pathname, ""))}>
            go on with the login this browser has
          </button>
        )}
        <Submit busy={busy} disabled={pasted.trim() === ""}>
          log in
        </Submit>
      </form>
    </main>
  );
}

/** On an agent's own port there is no login: its ticket came with the link. */
export function TicketOver() {
  return (
    <main class="login">
      <div class="login-box">
        <Mark />
        <h1>this ticket is over</h1>
        <p>open the agent again from the hive's dashboard; what you typed is kept.</p>
      </div>
    </main>
  );
}
