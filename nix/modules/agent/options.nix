# `hyperhive.*`: what an agent is. Names, defaults and bounds are those of src/wire/agent-config.ts; a test compares
# the two, and `hive-c0re check-agent` reads the result while the system is built.
{ config, lib, ... }:
let
  inherit (lib) mkOption types;
  hive = import ../../lib;
  cfg = config.hyperhive;
  option =
    type: default: description:
    mkOption { inherit type default description; };
  orNull = otherwise: type: description: option (types.nullOr type) null "${description} Null: ${otherwise}.";
  limit = orNull "no limit";
  choice = orNull "claude's own default";
  seconds = types.ints.between 1 86400;

  limits = {
    memory_max_bytes = limit types.ints.positive "Most memory of the agent with all its children, in bytes.";
    tasks_max = limit types.ints.positive "Most processes and threads.";
    cpu_quota_percent = limit types.ints.positive "Most processor time, in percent of one core.";
    ip_address_allow = limit (types.listOf types.str) "Networks it may reach although `ip_address_deny` names them; loopback always is one.";
    ip_address_deny = limit (types.listOf types.str) "Networks it may not reach; `any` for all of them.";
  };

  fields = {
    role = option (types.enum [
      "manager"
      "agent"
    ]) "agent" "Whether it may ask for spawns and schedules.";
    model = choice types.str "Alias (`sonnet`, `opus`, `haiku`) or full name of the model.";
    effort = choice (types.enum [
      "low"
      "medium"
      "high"
      "xhigh"
      "max"
    ]) "How long the model thinks.";
    system_prompt = orNull "nothing" types.str "Added to the hive's system prompt for this agent.";
    allowed_recipients = option (types.listOf types.str) [ "*" ] ''
      Whom it may write to; `*` is everybody. The operator and the manager are always allowed.
    '';
    packages = option (types.listOf types.str) [ ] ''
      Names of nixpkgs packages it has at hand, e.g. `ripgrep` or `python3Packages.requests`.
    '';
    warm_seconds = option (types.ints.between 0 86400) 120 "How long claude stays in memory after a turn.";
    turn_idle_seconds = option seconds 600 "A turn without any output for this long is interrupted.";
    bash_timeout_seconds = option seconds 600 "Longest run of one command before its process group is killed.";
    tools = option (types.listOf types.str) [
      "Read"
      "Edit"
      "Write"
      "Glob"
      "Grep"
      "WebFetch"
      "WebSearch"
      "Task"
    ] "Built-in tools of claude that stay on. bash comes from the hive's own server.";
    limits = mkOption {
      default = { };
      description = "Bounds that systemd holds the agent's container to.";
      type = types.submodule { options = limits; };
    };
  };
in
{
  options.hyperhive = fields // {
    rendered = mkOption {
      type = types.attrs;
      readOnly = true;
      internal = true;
      description = "The content of agent.json.";
    };
  };
  config.hyperhive.rendered =
    hive.said (builtins.intersectAttrs fields cfg) // { limits = hive.said cfg.limits; };
}
