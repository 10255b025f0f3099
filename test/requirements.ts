/**
 * What the hive guarantees, by id. Each one is proved by a test that names the id in its title, and scripts/check
 * sees to it. What DESIGN promises for later is added here with its test.
 */
export const REQUIREMENTS: Readonly<Record<string, string>> = {
  "msg:no-loss": "An accepted message survives kill -9 of any process at any point, and a full disk.",
  "msg:no-dup": "One idempotency key, one message; a side effect of a repeated attempt happens once.",
  "msg:order": "Messages of one sender to one recipient are handled in the order they were accepted.",
  "msg:redeliver": "A batch whose turn broke off is given out again, as the same batch.",
  "turn:single-flight": "There is never more than one claude of an agent.",
  "turn:interrupt": "Nothing that a turn started survives its interrupt.",
  "approval:once": "An approval's action runs at most once, also across crashes.",
  "approval:pinned": "What the operator was shown of a configuration is what is deployed, and nothing else.",
  "cfg:atomic": "A deploy that fails leaves the configuration that runs untouched.",
  "approval:self": "No agent can decide an approval, nor use a verb of the operator.",
  "status:honest": "An agent that is dead or hangs is shown so within five seconds.",
  "core:restart": "hive-c0re restarts without ending a turn.",
  "host:reboot": "After a reboot the swarm returns by itself, with everything it had.",
  "sse:gapless":
    "A stream that is taken up again misses nothing and repeats nothing, or says that there is a gap.",
  "agent:confined":
    "Nothing an agent does from its cage reaches the operator, the hive's state or another agent.",
  "http:closed": "No request without a token changes or shows anything, from any origin.",
  "db:integrity": "The database is checked at boot, and one that is damaged is refused.",
};
