// The Lease as the API server keeps it: a version, and writes that are refused when they were decided on another one.
import { type Lease, type LeaseOutcome, type LeaseRequest, type LeaseSpec, resourceVersion } from "@gungnir/core";

export class LeaseServer {
  private lease: Lease | undefined;
  private version = 0;
  private creations = 0;

  answer(request: LeaseRequest): LeaseOutcome {
    const { lease } = this;
    switch (request._tag) {
      case "Read":
        return lease === undefined ? { _tag: "Absent" } : { _tag: "Seen", lease };
      case "Create":
        if (lease !== undefined) return { _tag: "Conflict" };
        this.creations += 1;
        return this.put(request.spec);
      case "Renew":
      case "Takeover":
      case "Release":
        if (lease === undefined) return { _tag: "Absent" };
        return lease.version === request.at ? this.put(request.spec) : { _tag: "Conflict" };
    }
  }

  /** Somebody deletes it by hand. */
  remove(): void {
    this.lease = undefined;
  }

  private put(spec: LeaseSpec): LeaseOutcome {
    this.version += 1;
    this.lease = {
      version: resourceVersion(String(this.version)),
      founded: `2026-01-01T00:00:${String(this.creations % 60).padStart(2, "0")}Z`,
      holder: spec.holderIdentity,
      durationSeconds: spec.leaseDurationSeconds,
      transitions: spec.leaseTransitions,
      acquireTime: spec.acquireTime,
      renewTime: spec.renewTime,
      content: JSON.stringify(spec),
    };
    return { _tag: "Seen", lease: this.lease };
  }
}
