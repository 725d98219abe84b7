// SPDX-License-Identifier: GPL-2.0
/* Brings it all up, and down in reverse order. */
#include <linux/minmax.h>
#include <linux/module.h>
#include "ptpsim.h"

static unsigned int pairs = 2;
module_param(pairs, uint, 0444);
MODULE_PARM_DESC(pairs, "number of cables, each with an interface at either end");
static int clocks[SIM_MAX];
static int clocks_given;
module_param_array(clocks, int, &clocks_given, 0444);
MODULE_PARM_DESC(clocks, "number of each interface's clock; default: each has its own");

static struct sim_clock *clock_of(unsigned int port)
{
	return sim_clock_get(clocks_given > port ? clocks[port] : port);
}

static void remove_all(void)
{
	sim_pulse_stop();
	sim_dpll_remove();
	sim_ports_remove();
	sim_clocks_remove();
}

static int __init ptpsim_init(void)
{
	int error;

	sim_pulse_start();
	error = sim_ports_add(min(2 * pairs, SIM_MAX), clock_of);
	if (!error)
		error = sim_dpll_add();
	if (error)
		remove_all();
	return error;
}

static void __exit ptpsim_exit(void)
{
	remove_all();
}

module_init(ptpsim_init);
module_exit(ptpsim_exit);
MODULE_DESCRIPTION("Network cards with PTP hardware clocks, in software");
MODULE_LICENSE("GPL");
