// SD: when a process counts as down.
import { type Entry, driven, entry, law, limited, model, scenario, shell } from "./entry.ts";

export const DOWN: readonly Entry[] = [
  entry(
    "SD-1",
    "Silent is who has not answered for downAfter, to the millisecond; dead at once is who the kubelet says ended, or whose place another run id has taken.",
    law("judging", "SD-1"),
    law("down", "SD-1"),
  ),
  entry("SD-2", "An interval of zero and one longer than downAfter are refused by name.", law("down", "SD-2")),
  entry("SD-3", "One answer clears down, and failures never do.", law("down", "SD-3")),
  entry(
    "SD-4",
    "A pod that is missing or has another UID is claimed at once, and its old process is demoted when it is met.",
    law("down", "SD-4"),
    law("replication", "a stray primary of ours is demoted"),
    model("FO-8 cause"),
    model("FO-10"),
  ),
  entry("SD-5", "What could not be known neither advances nor resets a clock.", law("down", "SD-5")),
  entry("SD-6", "What is heard of one process changes nothing about another, and a new UID starts fresh.", law("down", "SD-6")),
  entry(
    "SD-7",
    "A new leader starts a new window: nothing heard before its term counts.",
    law("silence", "SD-7"),
    driven("elections", "0023 a leader begins with nothing that a watch's cache says"),
  ),
  entry(
    "SD-8",
    "Silence needs a witness: somebody else has to have answered; a replica that still hears the primary is reason to hold.",
    law("judging", "SD-8"),
    law("down", "SD-8"),
    model("SD-8 alone"),
    driven("elections", "0031 a stray primary whose offset rises does not keep a silent primary in its role"),
  ),
  entry("SD-9", "A gap in the operator's own events suspends judgement for a whole window.", law("silence", "SD-9")),
  entry(
    "SD-10",
    "Loading, busy, not authorised and out of disk are answers, each by its name, and none of them is silence.",
    law("probe", "SD-10"),
    model("SD-10"),
    shell("valkey/probe", "wrong credentials, a busy script and a full server are alive, each by name"),
    driven("drain", "a primary that cannot write to its disk and says that it is a replica has been demoted"),
    scenario("told", "a primary that cannot write to its disk is no reason for a failover"),
  ),
  limited(
    "For the judgement of silence; the drain and the deadlines of commands are fixed numbers of milliseconds.",
    entry("SD-11", "All durations made c times as long judge the same c times as late.", law("silence", "SD-11")),
  ),
];
