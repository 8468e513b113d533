// The tests of Valkey's own Sentinel suite, and what stands for each here: a model that asks the same in every interleaving, or a law. Two of
// them are empty there (a comment says what they should test); those whose subject we do not have say so.

export type SentinelTest = {
  /** The file in the server's tests/sentinel/tests, and which of its tests. */
  readonly file: string;
  readonly test: string;
  /** Names of questions. */
  readonly models: readonly string[];
  /** Ids of the catalogue that carry it besides. */
  readonly ids: readonly string[];
  readonly note?: string;
};

const row = (file: string, test: string, models: readonly string[], ids: readonly string[], note?: string): SentinelTest => ({
  file,
  test,
  models,
  ids,
  ...(note === undefined ? {} : { note }),
});

export const SENTINEL: readonly SentinelTest[] = [
  row(
    "00-base",
    "basic failover works if the primary is down; the others follow; the old one becomes a replica",
    ["primary dies"],
    ["LV-1", "LV-5"],
  ),
  row(
    "00-base",
    "no failover without agreement",
    ["the operator hears nobody", "two hang"],
    ["SD-8", "FO-3"],
    "in the place of a majority of sentinels: a witness, and a freeze quorum of members",
  ),
  row(
    "01-conf-update",
    "who was away while the role moved goes by what is so now",
    ["primary dies, operator restarts"],
    ["RC-15", "FO-13"],
  ),
  row("02-replicas-reconf", "a replica that was absent is reconfigured when it is back", ["a replica that was away"], ["FO-21", "LV-5"]),
  row("03-runtime-reconf", "settings are changed while it runs", ["scale", "scaled down in a failover"], ["RES-3", "CRD-2"]),
  row(
    "03-runtime-reconf, 09-acl-support",
    "credentials are changed",
    ["a password is changed", "a password is changed, and somebody dies"],
    ["SD-10", "FO-18"],
  ),
  row("04-replica-selection", "(empty) no suitable replica: no failover", ["nobody suitable"], ["SEL-2", "S5"]),
  row(
    "04-replica-selection",
    "(empty) the replica with the best offset is picked",
    ["replicas with more and with less"],
    ["SEL-5", "SEL-10"],
  ),
  row(
    "05-manual",
    "a failover on request",
    ["switchover", "the primary is scaled away", "the primary's pod is asked to go"],
    ["FO-22"],
    "here it loses nothing, also where a scale-down or the deletion of a pod asks for it",
  ),
  row("05-manual", "the leader crashes after its election", ["the leader ends after election or promotion"], ["LV-9", "FO-13"]),
  row("05-manual", "the leader crashes after the promotion", ["the leader ends after election or promotion"], ["LV-9", "FO-2"]),
  row(
    "06-ckquorum",
    "whether a failover is possible is told",
    ["two die"],
    ["FO-6"],
    "as the condition FailoverPossible, and as a hold with a name",
  ),
  row("07-down-conditions", "a primary that hangs is down", ["primary hangs"], ["SD-1", "LV-3"]),
  row("07-down-conditions", "a primary that crashed is down", ["primary dies"], ["SD-1", "LV-3"]),
  row("07-down-conditions", "a primary that says that it is a replica is down", ["the primary says that it is a replica"], ["FO-8"]),
  row(
    "07-down-conditions",
    "a primary that answers with errors is down",
    ["a password is changed"],
    ["SD-10"],
    "the other way round: it answers, so it is an alarm and no failover",
  ),
  row(
    "08-hostname-conf, 11-port-0, 13-info-command to 15-config-set-config-get",
    "Sentinel's own settings and commands",
    [],
    [],
    "nothing of the kind here",
  ),
  row("10-replica-priority", "priorities, and that 0 is never promoted", ["a replica that is never to be primary"], ["SEL-4", "SEL-6"]),
  row(
    "12-primary-reboot",
    "a primary that is back at once, at its address with a new id",
    ["a new process at the primary's address"],
    ["SD-1", "FO-12"],
  ),
  row("12-primary-reboot", "a primary that is back and reads its data for long", ["the primary reads its data for long"], ["SD-10", "S5"]),
];
