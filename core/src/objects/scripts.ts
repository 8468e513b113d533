/**
 * What runs inside a pod besides the server: how it is started, and how it is found ready or hung. They are files of the
 * ConfigMap, so that a probe is changed without restarting anything. Values of the spec that get in are numbers.
 */

/** Where the ConfigMap, the Secret and the volume are seen in the container. No one is the beginning of another. */
export const CONFIG_PATH = "/etc/valkey";
export const SECRET_PATH = "/run/valkey-secret";
export const DATA_PATH = "/data";

/**
 * Every process starts quarantined, as a replica of an address where nobody listens: it keeps what it loads and serves
 * nobody a sync until it is given a role. An ordinal that started as primary would wipe its replicas after losing its
 * volume. The address is known only here. 127.0.0.1 is for `kubectl exec … valkey-cli`; the dash before an address lets
 * the server start without it. Where pods themselves live on loopback addresses they share it, so there it is left out.
 */
export const START = `#!/bin/sh
set -eu
also="-127.0.0.1 -::1"
case "$POD_IP" in 127.*) also="" ;; esac
exec valkey-server ${CONFIG_PATH}/valkey.conf \\
  --bind "$POD_IP" $also \\
  --bind-source-addr "$POD_IP" \\
  --replica-announce-ip "$POD_IP" \\
  --replicaof 127.0.0.1 1
`;

/**
 * Ready: everything is loaded (PING is refused while loading, and with MISCONF when the disk is full), and it is the
 * primary or linked to one. The command line tool ends with 0 on an error reply too, so replies are compared, never codes.
 */
export const readiness = (port: number): string => `#!/bin/sh
replies=$(printf 'PING\\nROLE\\n' | valkey-cli -h "$POD_IP" -p ${port} 2>&1)
set -f
set -- $replies
case "\${1:-} \${2:-} \${5:-}" in
  "PONG master "*) exit 0 ;;
  "PONG slave connected") exit 0 ;;
esac
echo "neither the primary nor linked to it: $replies"
exit 1
`;

/**
 * Alive: it answers, whatever it answers; loading, a slow disk, a script or a wrong password are no reason to kill it. A
 * hung process answers nothing, and the probe's time-out tells.
 */
export const liveness = (port: number): string => `#!/bin/sh
reply=$(valkey-cli -h "$POD_IP" -p ${port} PING 2>&1) && exit 0
case "$reply" in *"max number of clients"*) exit 0 ;; esac
echo "no answer: $reply"
exit 1
`;

/** How long a primary that has to go waits for the operator to hand its role over: half of the grace period. */
const HANDOVER_SECONDS = 15;

/**
 * Before SIGTERM: a primary with replicas waits until another one has taken its role over, so that clients that write to it
 * have one first: until it follows somebody who answers, or is quarantined. Only asking another one to take over is not yet
 * that. Whoever has nobody to hand over to, was a replica already, or does not answer, goes at once.
 */
export const preStop = (port: number): string => `#!/bin/sh
left=${HANDOVER_SECONDS * 5}
before=
set -f
while [ $left -gt 0 ]; do
  set -- $(printf 'ROLE\n' | valkey-cli -h "$POD_IP" -p ${port} 2>&1)
  case "\${1:-} \${3:-}" in
    "master ") exit 0 ;;
    "master "*) before=primary ;;
    "slave "*)
      case "$before \${2:-} \${4:-}" in
        " "* | *" 127.0.0.1 "* | *" connected") exit 0 ;;
      esac
      ;;
    *) exit 0 ;;
  esac
  left=$((left - 1))
  sleep 0.2
done
`;
