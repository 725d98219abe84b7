// SPDX-License-Identifier: GPL-2.0
/* A DPLL for frequency (EEC) and one for phase (PPS), with three input pins. What they say is set by parameters. */
#include <linux/dpll.h>
#include <linux/module.h>
#include "ptpsim.h"

#define DEVICES 2
#define PINS 3
#define CLOCK_ID 0x525400fffe000001ULL

static struct dpll_device *devices[DEVICES];
static struct dpll_pin *pins[PINS];
static int lock_status[DEVICES] = { DPLL_LOCK_STATUS_LOCKED_HO_ACQ, DPLL_LOCK_STATUS_LOCKED_HO_ACQ };
static int pin_state[PINS] = { DPLL_PIN_STATE_CONNECTED, DPLL_PIN_STATE_SELECTABLE, DPLL_PIN_STATE_SELECTABLE };
static u32 pin_priority[PINS] = { 0, 2, 5 };
static long phase_offset_ps;

/* Devices and pins are registered with their number in place of private data. */
#define number_of(private) ((long)(private))

static int device_mode_get(const struct dpll_device *dpll, void *private, enum dpll_mode *mode,
			   struct netlink_ext_ack *extack)
{
	*mode = DPLL_MODE_AUTOMATIC;
	return 0;
}

static int device_lock_status_get(const struct dpll_device *dpll, void *private, enum dpll_lock_status *status,
				  enum dpll_lock_status_error *error, struct netlink_ext_ack *extack)
{
	*status = lock_status[number_of(private)];
	return 0;
}

static const struct dpll_device_ops device_ops = {
	.mode_get = device_mode_get,
	.lock_status_get = device_lock_status_get,
};

static int pin_direction_get(const struct dpll_pin *pin, void *private, const struct dpll_device *dpll,
			     void *dpll_private, enum dpll_pin_direction *direction, struct netlink_ext_ack *extack)
{
	*direction = DPLL_PIN_DIRECTION_INPUT;
	return 0;
}

static int pin_state_get(const struct dpll_pin *pin, void *private, const struct dpll_device *dpll,
			 void *dpll_private, enum dpll_pin_state *state, struct netlink_ext_ack *extack)
{
	*state = pin_state[number_of(private)];
	return 0;
}

static int pin_state_set(const struct dpll_pin *pin, void *private, const struct dpll_device *dpll,
			 void *dpll_private, const enum dpll_pin_state state, struct netlink_ext_ack *extack)
{
	pin_state[number_of(private)] = state;
	return 0;
}

static int pin_priority_get(const struct dpll_pin *pin, void *private, const struct dpll_device *dpll,
			    void *dpll_private, u32 *priority, struct netlink_ext_ack *extack)
{
	*priority = pin_priority[number_of(private)];
	return 0;
}

static int pin_priority_set(const struct dpll_pin *pin, void *private, const struct dpll_device *dpll,
			    void *dpll_private, const u32 priority, struct netlink_ext_ack *extack)
{
	pin_priority[number_of(private)] = priority;
	return 0;
}

static int pin_frequency_get(const struct dpll_pin *pin, void *private, const struct dpll_device *dpll,
			     void *dpll_private, u64 *frequency, struct netlink_ext_ack *extack)
{
	*frequency = number_of(private) == 2 ? DPLL_PIN_FREQUENCY_10_MHZ : DPLL_PIN_FREQUENCY_1_HZ;
	return 0;
}

static int pin_phase_offset_get(const struct dpll_pin *pin, void *private, const struct dpll_device *dpll,
				void *dpll_private, s64 *phase_offset, struct netlink_ext_ack *extack)
{
	*phase_offset = number_of(private) == 0 ? (s64)phase_offset_ps * DPLL_PHASE_OFFSET_DIVIDER : 0;
	return 0;
}

static const struct dpll_pin_ops pin_ops = {
	.direction_get = pin_direction_get,
	.state_on_dpll_get = pin_state_get,
	.state_on_dpll_set = pin_state_set,
	.prio_get = pin_priority_get,
	.prio_set = pin_priority_set,
	.frequency_get = pin_frequency_get,
	.phase_offset_get = pin_phase_offset_get,
};

#define CAPABILITIES (DPLL_PIN_CAPABILITIES_PRIORITY_CAN_CHANGE | DPLL_PIN_CAPABILITIES_STATE_CAN_CHANGE)

static struct dpll_pin_frequency pulse_only[] = { DPLL_PIN_FREQUENCY_1PPS };
static struct dpll_pin_frequency pulse_or_10mhz[] = { DPLL_PIN_FREQUENCY_1PPS, DPLL_PIN_FREQUENCY_10MHZ };
static const struct dpll_pin_properties pin_properties[PINS] = {
	{
		.board_label = "GNSS-1PPS",
		.type = DPLL_PIN_TYPE_GNSS,
		.capabilities = CAPABILITIES,
		.freq_supported_num = ARRAY_SIZE(pulse_only),
		.freq_supported = pulse_only,
	},
	{
		.board_label = "SMA1",
		.type = DPLL_PIN_TYPE_EXT,
		.capabilities = CAPABILITIES,
		.freq_supported_num = ARRAY_SIZE(pulse_or_10mhz),
		.freq_supported = pulse_or_10mhz,
	},
	{
		.board_label = "C827_0-RCLKA",
		.type = DPLL_PIN_TYPE_SYNCE_ETH_PORT,
		.capabilities = CAPABILITIES,
		.freq_supported_num = ARRAY_SIZE(pulse_or_10mhz),
		.freq_supported = pulse_or_10mhz,
	},
};

static int set_lock_status(const char *text, const struct kernel_param *param)
{
	long number = number_of(param->arg);
	int error = kstrtoint(text, 0, &lock_status[number]);

	if (!error && devices[number])
		dpll_device_change_ntf(devices[number]);
	return error;
}

static int get_lock_status(char *buffer, const struct kernel_param *param)
{
	return sprintf(buffer, "%d\n", lock_status[number_of(param->arg)]);
}

static const struct kernel_param_ops lock_status_ops = { .set = set_lock_status, .get = get_lock_status };
module_param_cb(eec_status, &lock_status_ops, (void *)0L, 0644);
MODULE_PARM_DESC(eec_status, "1 unlocked, 2 locked, 3 locked and holdover acquired, 4 holdover");
module_param_cb(pps_status, &lock_status_ops, (void *)1L, 0644);
MODULE_PARM_DESC(pps_status, "as eec_status");

static int set_gnss_pin_state(const char *text, const struct kernel_param *param)
{
	int error = kstrtoint(text, 0, &pin_state[0]);

	if (!error && pins[0])
		dpll_pin_change_ntf(pins[0]);
	return error;
}

static int get_gnss_pin_state(char *buffer, const struct kernel_param *param)
{
	return sprintf(buffer, "%d\n", pin_state[0]);
}

static const struct kernel_param_ops gnss_pin_state_ops = { .set = set_gnss_pin_state, .get = get_gnss_pin_state };
module_param_cb(gnss_pin_state, &gnss_pin_state_ops, NULL, 0644);
MODULE_PARM_DESC(gnss_pin_state, "1 connected, 2 disconnected, 3 selectable");

static int set_phase_offset(const char *text, const struct kernel_param *param)
{
	int error = kstrtol(text, 0, &phase_offset_ps);

	if (!error && pins[0])
		dpll_pin_change_ntf(pins[0]);
	return error;
}

static int get_phase_offset(char *buffer, const struct kernel_param *param)
{
	return sprintf(buffer, "%ld\n", phase_offset_ps);
}

static const struct kernel_param_ops phase_offset_ops = { .set = set_phase_offset, .get = get_phase_offset };
module_param_cb(gnss_phase_offset_ps, &phase_offset_ops, NULL, 0644);
MODULE_PARM_DESC(gnss_phase_offset_ps, "phase offset of the GNSS pin");

static int add_device(long number)
{
	struct dpll_device *device = dpll_device_get(CLOCK_ID, number, THIS_MODULE);
	int error;

	if (IS_ERR(device))
		return PTR_ERR(device);
	error = dpll_device_register(device, number == 0 ? DPLL_TYPE_EEC : DPLL_TYPE_PPS, &device_ops, (void *)number);
	if (error) {
		dpll_device_put(device);
		return error;
	}
	devices[number] = device;
	return 0;
}

static int add_pin(long number)
{
	struct dpll_pin *pin = dpll_pin_get(CLOCK_ID, number, THIS_MODULE, &pin_properties[number]);
	int error;

	if (IS_ERR(pin))
		return PTR_ERR(pin);
	error = dpll_pin_register(devices[0], pin, &pin_ops, (void *)number);
	if (!error) {
		error = dpll_pin_register(devices[1], pin, &pin_ops, (void *)number);
		if (error)
			dpll_pin_unregister(devices[0], pin, &pin_ops, (void *)number);
	}
	if (error) {
		dpll_pin_put(pin);
		return error;
	}
	pins[number] = pin;
	return 0;
}

int sim_dpll_add(void)
{
	long i;
	int error;

	for (i = 0; i < DEVICES; i++) {
		error = add_device(i);
		if (error)
			return error;
	}
	for (i = 0; i < PINS; i++) {
		error = add_pin(i);
		if (error)
			return error;
	}
	return 0;
}

void sim_dpll_remove(void)
{
	long i, j;

	for (i = 0; i < PINS; i++) {
		if (!pins[i])
			continue;
		for (j = 0; j < DEVICES; j++)
			dpll_pin_unregister(devices[j], pins[i], &pin_ops, (void *)i);
		dpll_pin_put(pins[i]);
		pins[i] = NULL;
	}
	for (i = 0; i < DEVICES; i++) {
		if (!devices[i])
			continue;
		dpll_device_unregister(devices[i], &device_ops, (void *)i);
		dpll_device_put(devices[i]);
		devices[i] = NULL;
	}
}
