/**
 * Lines of ptp4l's `[global]` section for every clock here that may adjust: the servo never steps the machine's clock and
 * never moves its frequency by more than 10 ppb. All test hosts share that one clock, so whoever starts a clock that takes
 * time uses these lines, and nobody writes them again.
 */
export const safeServo: readonly string[] = [
  "clock_servo pi",
  "max_frequency 10",
  "sanity_freq_limit 0",
  "step_threshold 0",
  "first_step_threshold 0",
  "pi_proportional_const 0.7",
  "pi_integral_const 0.3",
  "kernel_leap 0",
];
