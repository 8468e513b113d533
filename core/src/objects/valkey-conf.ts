/** The server's configuration. Every pod's is the same; roles are not in it. */
import type { Spec } from "../cluster.ts";
import { DATA_PATH, SECRET_PATH } from "./scripts.ts";

/**
 * Persistence is the append-only log alone: it loses a second at most where a snapshot loses minutes. A process that comes
 * back from it has a new replication id and offset 0 on a full data set; which data set is newer is told by the marker in
 * it. Without persistence nothing may be left behind either: a file from an old sync would come back as old data.
 */
export const valkeyConf = ({ port, persistence }: Spec): string => `port ${port}
dir ${DATA_PATH}
aclfile ${SECRET_PATH}/users.acl

# What replicas hold stays readable while their primary is away, and a short break never needs a full sync.
replica-serve-stale-data yes
repl-backlog-size 64mb
# A primary whose replicas are away must not forget its history: the backlog never expires.
repl-backlog-ttl 0
repl-ping-replica-period 1
# A link on which nothing comes any more, with pings due each second, is no link: until both ends say so, a primary that is cut off from its
# replicas alone waits for them. A minute, the default, was 67 s without a write (measured); at worst a partial sync is more.
repl-timeout 10
repl-diskless-sync-delay 0
# A replica keeps its old data until the new data is complete on its disk.
repl-diskless-load disabled
# The write lease: a primary that has heard of too few replicas for so many seconds refuses writes. How many is the operator's.
min-replicas-max-lag 3
min-replicas-to-write 0

save ""
appendonly ${persistence.enabled ? "yes" : "no"}
appendfsync everysec
rdb-del-sync-files ${persistence.enabled ? "no" : "yes"}
`;
