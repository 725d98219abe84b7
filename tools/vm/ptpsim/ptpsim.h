/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ptpsim: network cards with PTP hardware clocks that exist in software alone.
 *
 * Interfaces come in pairs joined by a cable (sim0-sim1, sim2-sim3, ...). Each has a hardware clock, its own or one shared
 * with other interfaces, that drifts, wanders and can be adjusted; packets get hardware timestamps of it. A receiver's pulse
 * per second reaches the clocks' first input, and a DPLL with two devices and three pins answers over netlink.
 */
#ifndef PTPSIM_H
#define PTPSIM_H

#include <linux/netdevice.h>
#include <linux/ptp_clock_kernel.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#define SIM_MAX 16
#define SIM_PINS 4

/* A PTP hardware clock. Its time is a linear function of the raw monotonic clock since the last change of its rate. */
struct sim_clock {
	spinlock_t lock;
	unsigned int number;
	u64 base_raw_ns;
	s64 base_ns;
	/* Part of a nanosecond that base_ns does not have. */
	s64 remainder;
	/* What adjfine asked for, in ppm with 16 bits of fraction. */
	s64 scaled_ppm;
	s64 walk_ppb;
	bool hears_pulse;
	struct ptp_clock_info info;
	struct ptp_clock *ptp;
	struct ptp_pin_desc pins[SIM_PINS];
};

/* An end of a cable. */
struct sim_port {
	struct net_device *dev;
	struct net_device *peer;
	struct sim_clock *clock;
	unsigned int number;
	int tx_type;
	int rx_filter;
};

/* clock.c */
extern struct sim_clock *sim_clocks[SIM_MAX];
struct sim_clock *sim_clock_get(unsigned int number);
s64 sim_clock_stamp(struct sim_clock *clock, u64 raw_ns);
void sim_clocks_remove(void);

/* pulse.c */
void sim_pulse_start(void);
void sim_pulse_stop(void);

/* port.c */
int sim_ports_add(unsigned int count, struct sim_clock *(*clock_of)(unsigned int port));
void sim_ports_remove(void);

/* dpll.c */
int sim_dpll_add(void);
void sim_dpll_remove(void);

#endif
