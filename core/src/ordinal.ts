/** N of `web-N`; undefined when the name is not of that form, as `web-client` or the `web-0-1` of a cluster `web-0`. */
export const ordinalOf = (cluster: string, name: string): number | undefined => {
  const rest = name.startsWith(`${cluster}-`) ? name.slice(cluster.length + 1) : "";
  return /^(0|[1-9][0-9]{0,8})$/.test(rest) ? Number(rest) : undefined;
};
