// Loopback addresses for one sandbox: a /16 of 127/8 of its own, so that several sandboxes and their pods live side by side and every
// pod keeps its port.
//
//   127.x.0.1        the node (the kubelet's endpoint)          127.x.1.0 – 127.x.127.255    pods
//   127.x.0.254      the claim on the whole range              127.x.128.0/17               Services (ClusterIPs)
//
// A range is claimed by listening on one port of it for as long as the sandbox lives: the kernel then refuses the next one, and
// forgets the claim when the process dies, whatever way it dies.
import { createServer, type Server } from "node:net";

export type Network = {
  readonly nodeAddress: string;
  /** The first two numbers of every address: `127.x`. */
  readonly podPrefix: string;
  readonly serviceRange: string;
  readonly release: () => Promise<void>;
};

export type AddressPool = {
  /** A free address; the preferred one where it is free and ours. */
  readonly take: (preferred?: string) => string;
  readonly give: (address: string) => void;
};

const CLAIM_PORT = 10_249;
const [LOWEST, HIGHEST] = [32, 250];
const ATTEMPTS = 64;

/** Claims a free /16 of 127/8, or the one asked for (`127.x`); throws, saying what to do, when it cannot be had. */
export const claimNetwork = async (podPrefix?: string): Promise<Network> => {
  if (podPrefix !== undefined) {
    const claim = await listenOn(`${podPrefix}.0.254`, CLAIM_PORT);
    if (claim !== undefined) return networkOf(podPrefix, claim);
    throw new Error(
      `the loopback range ${podPrefix}.0.0/16 is in use: another sandbox runs from the same folder, or has taken it; end that one first`,
    );
  }
  for (let tried = 0; tried < ATTEMPTS; tried += 1) {
    const prefix = `127.${LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST + 1))}`;
    const claim = await listenOn(`${prefix}.0.254`, CLAIM_PORT);
    if (claim !== undefined) return networkOf(prefix, claim);
  }
  throw new Error(
    `no loopback range is free: listening on 127.x.0.254:${CLAIM_PORT} failed ${ATTEMPTS} times. ` +
      `Is a program listening on 0.0.0.0:${CLAIM_PORT} (see "ss -ltnp"), or is this not Linux, where all of 127/8 is the loopback?`,
  );
};

const networkOf = (podPrefix: string, claim: Server): Network => ({
  nodeAddress: `${podPrefix}.0.1`,
  podPrefix,
  serviceRange: `${podPrefix}.128.0/17`,
  release: () => new Promise((done) => claim.close(() => done())),
});

const listenOn = (host: string, port: number): Promise<Server | undefined> =>
  new Promise((done) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", () => done(undefined));
    server.listen({ host, port, exclusive: true }, () => done(server));
    server.unref();
  });

const POD_ADDRESSES = 127 * 254;

/** Pod addresses `prefix`.1.1 to `prefix`.127.254, each used again as late as possible: a former pod's address stays silent for long. */
export const addressPool = (prefix: string): AddressPool => {
  const taken = new Set<string>();
  let next = 0;
  const take = (preferred?: string): string => {
    if (preferred !== undefined && preferred.startsWith(`${prefix}.`) && !taken.has(preferred)) {
      taken.add(preferred);
      return preferred;
    }
    for (let tried = 0; tried < POD_ADDRESSES; tried += 1) {
      const address = `${prefix}.${1 + Math.floor(next / 254)}.${1 + (next % 254)}`;
      next = (next + 1) % POD_ADDRESSES;
      if (!taken.has(address)) {
        taken.add(address);
        return address;
      }
    }
    throw new Error(`all ${POD_ADDRESSES} pod addresses of ${prefix}.0.0/17 are in use`);
  };
  return { take, give: (address) => void taken.delete(address) };
};
