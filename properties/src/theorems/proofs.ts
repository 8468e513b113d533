// The other files of the original: liveness, temporal logic, the selection of a replica, and the axioms of the codec.
import { type Theorem, theoremsOf } from "./theorem.ts";

const LIVENESS: readonly Theorem[] = theoremsOf("Liveness.lean", (theorem) => [
  theorem(209, "failedMasterReplaced_holds", "A", "a down primary is followed by Completed if it is; no role changes", "LV-2"),
  theorem(
    244,
    "reconcileStep_decreases_measure",
    "M",
    "each step before the end lowers a rank made by hand; no other proof uses it",
    "RC-2",
  ),
  theorem(305, "measure_zero_is_terminal", "T", "only the ends have rank 0 in a table made by hand", "RC-2"),
  theorem(321, "isTerminal_of_isTerminalBool", "T", "two definitions of the end agree", ""),
  theorem(333, "reconcileTerminates_holds", "A", "it ends if each step lowers the rank, which is assumed", "LV-1 RC-2"),
  theorem(399, "esr_holds", "A", "for ever Done or Error, from two assumptions; doing nothing satisfies it", "LV-1"),
  theorem(462, "failedNodeDetected_holds", "A", "a silent node is found if it is", "LV-3"),
  theorem(527, "livenessTheorem", "A", "three of the above together", "LV-1 LV-2 LV-3"),
  theorem(574, "phase0_eventually_holds", "T", "what is true of everything is true at the beginning", ""),
  theorem(580, "phase1_eventually_holds", "T", "the same, and that anything implies True", ""),
  theorem(586, "phase6_eventually_holds", "T", "of empty lists everything is true", ""),
]);

const TEMPORAL_LOGIC: readonly Theorem[] = theoremsOf("TemporalLogic.lean", (theorem) => [
  theorem(166, "wf1_rule", "D", "weak fairness at time 0, by definition", "LV-11"),
  theorem(184, "leadsTo_trans", "D", "leads-to is transitive", "LV-11"),
  theorem(211, "eventually_mono", "D", "eventually is monotone", "LV-11"),
  theorem(218, "always_suffix", "D", "what holds always holds later", "LV-11"),
]);

const CONNECTION: readonly Theorem[] = theoremsOf("Connection.lean", (theorem) => [
  theorem(178, "sendCommand_preserves_connection", "T", "True", "SH-5"),
]);

const SENTINEL: readonly Theorem[] = theoremsOf("Valkey/Sentinel.lean", (theorem) => [
  theorem(342, "healthy_latency_nonneg", "T", "x = x", ""),
  theorem(348, "parse_info_replication_master_role", "T", "one of two values is one of them; no parsing in it", "INFO-1"),
  theorem(358, "toNodeInfo_preserves_fields", "T", "a record has the fields it was given", "INFO-1"),
]);

const REPLICA_SELECTION: readonly Theorem[] = theoremsOf("ReplicaSelection.lean", (theorem) => [
  theorem(119, "select_best_none_iff", "D", "nobody chosen, then nobody eligible", "SEL-2"),
  theorem(136, "select_best_some_mem", "D", "who is chosen is eligible", "SEL-2"),
  theorem(151, "select_best_replica_total", "D", "nobody or somebody eligible; the module is never loaded", "SEL-2"),
  theorem(162, "select_best_replica_deterministic", "T", "a function of x is a function of x", "SEL-3"),
  theorem(174, "replicaLessThan_total", "D", "of two one comes first", "SEL-1"),
  theorem(217, "replicaLessThan_implies_priority_le", "D", "who comes first has no larger priority number", "SEL-1"),
  theorem(234, "replicaLessThan_same_priority_implies_offset", "D", "with one priority who comes first has no smaller offset", "SEL-1"),
  theorem(249, "replicaLessThan_trans", "D", "the order is transitive", "SEL-1"),
  theorem(289, "replicaLessThan_total_bool", "D", "of two one comes first, as a Bool", "SEL-1"),
  theorem(296, "selected_has_best_priority", "D", "who is chosen has the least priority number", "SEL-4"),
  theorem(
    334,
    "selection_maximizes_data_safety",
    "D",
    "who is chosen has no smaller offset or a smaller number; histories are not compared",
    "SEL-5 FO-6",
  ),
  theorem(371, "priority_zero_never_selected", "D", "who has priority 0 is not chosen", "SEL-6"),
  theorem(387, "single_eligible_selected", "D", "of one the one is chosen", "SEL-2"),
]);

const RESP3: readonly Theorem[] = theoremsOf("RESP3.lean", (theorem) => [
  theorem(413, "utf8_roundtrip", "axiom", "a text written as UTF-8 is read back: the language's affair", "RESP-6"),
  theorem(417, "byteArray_append_size", "axiom", "sizes add up: the library's affair", "RESP-2"),
  theorem(422, "findCRLF_at_crlf", "axiom", "the search for an end of line finds it: provable, assumed", "RESP-3"),
  theorem(448, "parse_unparse_roundtrip", "axiom", "what is written is read back: assumed of their own parser", "RESP-1"),
]);

export const PROOFS: readonly Theorem[] = [...LIVENESS, ...TEMPORAL_LOGIC, ...CONNECTION, ...SENTINEL, ...REPLICA_SELECTION, ...RESP3];
