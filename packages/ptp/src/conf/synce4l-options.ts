import type { OptionSpec } from "./option-spec.ts";
import { flag, int, text, uint8 } from "./option-spec.ts";

/** The options of synce4l 1.1, which takes clock sources of the kernel's DPLL subsystem. It has one table only. */
export const synce4lOptions: readonly OptionSpec[] = [
  int("logging_level", "global", [0, 7]),
  text("message_tag", "global"),
  int("poll_interval_msec", "global", [1, 500]),
  text("smc_socket_path", "global"),
  int("use_syslog", "global", flag),
  text("userDescription", "global"),
  int("verbose", "global", flag),
  text("input_mode", "device"),
  int("extended_tlv", "device", flag),
  int("network_option", "device", [1, 2]),
  int("recover_time", "device", [10, 720]),
  text("eec_get_state_cmd", "device"),
  text("eec_holdover_value", "device"),
  text("eec_locked_ho_value", "device"),
  text("eec_locked_value", "device"),
  text("eec_freerun_value", "device"),
  text("eec_invalid_value", "device"),
  { name: "clock_id", scope: "device", value: { type: "u64", min: 0n, max: 0xffff_ffff_ffff_ffffn } },
  text("module_name", "device"),
  int("dnu_prio", "device", [15, 0xffff]),
  text("allowed_qls", "port"),
  text("allowed_ext_qls", "port"),
  text("recover_clock_enable_cmd", "port"),
  text("recover_clock_disable_cmd", "port"),
  text("board_label", "member"),
  text("panel_label", "member"),
  text("package_label", "member"),
  int("tx_heartbeat_msec", "port", [100, 3000]),
  int("rx_heartbeat_msec", "port", [10, 500]),
  int("input_QL", "source", [0, 15]),
  int("input_ext_QL", "source", uint8),
  text("external_enable_cmd", "source"),
  text("external_disable_cmd", "source"),
  int("internal_prio", "member", uint8),
];

/** Options of synce4l 1.0 that 1.1 refuses, with what took their place. */
export const synce4lRemoved: ReadonlyMap<string, string> = new Map([
  ["external_input_QL", "input_QL in a [{label}] section"],
  ["external_input_ext_QL", "input_ext_QL in a [{label}] section"],
]);
