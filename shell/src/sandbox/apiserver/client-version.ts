// Old kubectl versions rely on what this server leaves out (OpenAPI v2, exec over SPDY) and would fail in unclear ways:
// they are told at once which version is needed.

/** The oldest kubectl served: since 1.31 exec is a WebSocket by default, and fields are checked by the server. */
export const oldestKubectl = { major: 1, minor: 31 };

/** Why a client is not served; undefined for every client that is. */
export const clientRefusal = (userAgent: string): string | undefined => {
  const match = /^kubectl[^/]*\/v(\d+)\.(\d+)/.exec(userAgent);
  if (match === null) return undefined;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  if (major > oldestKubectl.major || (major === oldestKubectl.major && minor >= oldestKubectl.minor)) return undefined;
  return `kubectl ${major}.${minor} is older than ${oldestKubectl.major}.${oldestKubectl.minor}, the oldest the sandbox's API server serves: use a newer kubectl`;
};
