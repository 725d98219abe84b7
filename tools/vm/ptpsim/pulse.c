// SPDX-License-Identifier: GPL-2.0
/* A GNSS receiver's pulse per second, at the beginning of each second of true time, which runs as the raw clock does. */
#include <linux/hrtimer.h>
#include <linux/module.h>
#include <linux/timekeeping.h>
#include "ptpsim.h"

static bool gnss = true;
module_param(gnss, bool, 0644);
MODULE_PARM_DESC(gnss, "whether the receiver gives its pulse");

/* Seconds from UTC to TAI when this was written. Pulses do not tell it; it only has to be whole. */
#define TAI_OFFSET_NS (37LL * NSEC_PER_SEC)
/* A moment after the second, so that a timer that is a little early does not miss it. */
#define LATENESS_NS 200000

static struct hrtimer timer;
static s64 true_minus_raw_ns;
static u64 last_edge_raw_ns;

static void give_pulse(u64 edge_raw_ns)
{
	unsigned int i;

	for (i = 0; i < SIM_MAX; i++) {
		struct ptp_clock_event event = { .type = PTP_CLOCK_EXTTS, .index = 0 };
		struct sim_clock *clock = sim_clocks[i];

		if (!clock || !clock->hears_pulse)
			continue;
		event.timestamp = sim_clock_stamp(clock, edge_raw_ns);
		ptp_clock_event(clock->ptp, &event);
	}
}

static enum hrtimer_restart on_timer(struct hrtimer *timer)
{
	u64 raw_ns = ktime_get_raw_ns();
	u64 into_second_ns = (u64)(raw_ns + true_minus_raw_ns) % NSEC_PER_SEC;
	u64 edge_raw_ns = raw_ns - into_second_ns;

	if (edge_raw_ns != last_edge_raw_ns && gnss)
		give_pulse(edge_raw_ns);
	last_edge_raw_ns = edge_raw_ns;
	hrtimer_set_expires(timer, ktime_add_ns(ktime_get(), NSEC_PER_SEC - into_second_ns + LATENESS_NS));
	return HRTIMER_RESTART;
}

void sim_pulse_start(void)
{
	true_minus_raw_ns = ktime_get_real_ns() + TAI_OFFSET_NS - ktime_get_raw_ns();
	hrtimer_init(&timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	timer.function = on_timer;
	hrtimer_start(&timer, ms_to_ktime(10), HRTIMER_MODE_REL);
}

void sim_pulse_stop(void)
{
	hrtimer_cancel(&timer);
}
