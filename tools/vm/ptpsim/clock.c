// SPDX-License-Identifier: GPL-2.0
/* PTP hardware clocks. */
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include "ptpsim.h"

static int drift_ppb[SIM_MAX];
module_param_array(drift_ppb, int, NULL, 0644);
MODULE_PARM_DESC(drift_ppb, "how much too fast each clock runs by itself");
static int wander_ppb;
module_param(wander_ppb, int, 0644);
MODULE_PARM_DESC(wander_ppb, "largest random step of the rate of each clock, once a second");
static unsigned int noise_ns = 4;
module_param(noise_ns, uint, 0644);
MODULE_PARM_DESC(noise_ns, "largest random error of a timestamp, either way");

struct sim_clock *sim_clocks[SIM_MAX];

/* A million times 16 bits of fraction, in nanoseconds per second: what a rate of 1 would be. */
#define RATE_ONE 65536000000LL

#define clock_of_info(i) container_of(i, struct sim_clock, info)

static s64 rate_of(const struct sim_clock *clock)
{
	return clock->scaled_ppm + div_s64((drift_ppb[clock->number] + clock->walk_ppb) * 65536, 1000);
}

static s64 time_at(const struct sim_clock *clock, u64 raw_ns)
{
	s64 passed = raw_ns - clock->base_raw_ns;

	return clock->base_ns + passed + div64_s64(passed * rate_of(clock) + clock->remainder, RATE_ONE);
}

/* To be called before the rate changes, and often enough that `passed` times the rate fits into 64 bits. */
static void rebase(struct sim_clock *clock)
{
	u64 raw_ns = ktime_get_raw_ns();
	s64 passed = raw_ns - clock->base_raw_ns;
	s64 gained = passed * rate_of(clock) + clock->remainder;
	s64 whole = div64_s64(gained, RATE_ONE);

	clock->remainder = gained - whole * RATE_ONE;
	clock->base_ns += passed + whole;
	clock->base_raw_ns = raw_ns;
}

static s64 noise(void)
{
	return noise_ns ? (s64)get_random_u32_below(2 * noise_ns + 1) - noise_ns : 0;
}

/* What the hardware notes for something that happened at that raw time. */
s64 sim_clock_stamp(struct sim_clock *clock, u64 raw_ns)
{
	unsigned long flags;
	s64 stamp;

	spin_lock_irqsave(&clock->lock, flags);
	stamp = time_at(clock, raw_ns) + noise();
	spin_unlock_irqrestore(&clock->lock, flags);
	return stamp;
}

static int clock_adjfine(struct ptp_clock_info *info, long scaled_ppm)
{
	struct sim_clock *clock = clock_of_info(info);
	unsigned long flags;

	spin_lock_irqsave(&clock->lock, flags);
	rebase(clock);
	clock->scaled_ppm = scaled_ppm;
	spin_unlock_irqrestore(&clock->lock, flags);
	return 0;
}

static int clock_adjtime(struct ptp_clock_info *info, s64 delta_ns)
{
	struct sim_clock *clock = clock_of_info(info);
	unsigned long flags;

	spin_lock_irqsave(&clock->lock, flags);
	clock->base_ns += delta_ns;
	spin_unlock_irqrestore(&clock->lock, flags);
	return 0;
}

static int clock_gettimex(struct ptp_clock_info *info, struct timespec64 *time, struct ptp_system_timestamp *system)
{
	struct sim_clock *clock = clock_of_info(info);
	unsigned long flags;
	s64 now_ns;

	spin_lock_irqsave(&clock->lock, flags);
	ptp_read_system_prets(system);
	now_ns = time_at(clock, ktime_get_raw_ns());
	ptp_read_system_postts(system);
	spin_unlock_irqrestore(&clock->lock, flags);
	*time = ns_to_timespec64(now_ns);
	return 0;
}

static int clock_settime(struct ptp_clock_info *info, const struct timespec64 *time)
{
	struct sim_clock *clock = clock_of_info(info);
	unsigned long flags;

	spin_lock_irqsave(&clock->lock, flags);
	rebase(clock);
	clock->base_ns = timespec64_to_ns(time);
	clock->remainder = 0;
	spin_unlock_irqrestore(&clock->lock, flags);
	return 0;
}

static int clock_enable(struct ptp_clock_info *info, struct ptp_clock_request *request, int on)
{
	switch (request->type) {
	case PTP_CLK_REQ_EXTTS:
		if (request->extts.index != 0)
			return -EINVAL;
		clock_of_info(info)->hears_pulse = on;
		return 0;
	case PTP_CLK_REQ_PEROUT:
		/* Nobody looks at the output. */
		return 0;
	default:
		return -EOPNOTSUPP;
	}
}

static int clock_verify(struct ptp_clock_info *info, unsigned int pin, enum ptp_pin_function function, unsigned int channel)
{
	return function == PTP_PF_PHYSYNC ? -EOPNOTSUPP : 0;
}

static long clock_work(struct ptp_clock_info *info)
{
	struct sim_clock *clock = clock_of_info(info);
	unsigned long flags;

	spin_lock_irqsave(&clock->lock, flags);
	rebase(clock);
	if (wander_ppb > 0)
		clock->walk_ppb += (s64)get_random_u32_below(2 * wander_ppb + 1) - wander_ppb;
	spin_unlock_irqrestore(&clock->lock, flags);
	return HZ;
}

static const struct ptp_clock_info template = {
	.owner = THIS_MODULE,
	.max_adj = 1000000,
	.n_ext_ts = 1,
	.n_per_out = 1,
	.n_pins = SIM_PINS,
	.adjfine = clock_adjfine,
	.adjtime = clock_adjtime,
	.gettimex64 = clock_gettimex,
	.settime64 = clock_settime,
	.enable = clock_enable,
	.verify = clock_verify,
	.do_aux_work = clock_work,
};

static void name_pins(struct sim_clock *clock)
{
	static const char *const names[SIM_PINS] = { "SDP0", "SDP1", "SMA1", "SMA2" };
	unsigned int i;

	for (i = 0; i < SIM_PINS; i++) {
		strscpy(clock->pins[i].name, names[i], sizeof(clock->pins[i].name));
		clock->pins[i].index = i;
		clock->pins[i].func = PTP_PF_NONE;
	}
}

/* The clock of that number, made at the first call; an error pointer if there cannot be one. It starts at UTC. */
struct sim_clock *sim_clock_get(unsigned int number)
{
	struct sim_clock *clock;
	int error;

	if (number >= SIM_MAX)
		return ERR_PTR(-EINVAL);
	if (sim_clocks[number])
		return sim_clocks[number];
	clock = kzalloc(sizeof(*clock), GFP_KERNEL);
	if (!clock)
		return ERR_PTR(-ENOMEM);
	spin_lock_init(&clock->lock);
	clock->number = number;
	clock->base_raw_ns = ktime_get_raw_ns();
	clock->base_ns = ktime_get_real_ns();
	name_pins(clock);
	clock->info = template;
	clock->info.pin_config = clock->pins;
	snprintf(clock->info.name, sizeof(clock->info.name), "ptpsim%u", number);
	clock->ptp = ptp_clock_register(&clock->info, NULL);
	if (IS_ERR_OR_NULL(clock->ptp)) {
		error = clock->ptp ? PTR_ERR(clock->ptp) : -EOPNOTSUPP;
		kfree(clock);
		return ERR_PTR(error);
	}
	ptp_schedule_worker(clock->ptp, HZ);
	sim_clocks[number] = clock;
	return clock;
}

void sim_clocks_remove(void)
{
	unsigned int i;

	for (i = 0; i < SIM_MAX; i++) {
		if (!sim_clocks[i])
			continue;
		ptp_clock_unregister(sim_clocks[i]->ptp);
		kfree(sim_clocks[i]);
		sim_clocks[i] = NULL;
	}
}
