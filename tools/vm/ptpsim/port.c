// SPDX-License-Identifier: GPL-2.0
/* Network interfaces, two and two joined by a cable; each has carrier while both ends are up. */
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/module.h>
#include <linux/net_tstamp.h>
#include <linux/timekeeping.h>
#include "ptpsim.h"

static int delay_ns = 500;
module_param(delay_ns, int, 0644);
MODULE_PARM_DESC(delay_ns, "time a packet takes over a cable");
static int asymmetry_ns;
module_param(asymmetry_ns, int, 0644);
MODULE_PARM_DESC(asymmetry_ns, "how much longer it takes from an odd interface");
static uint lose_tx_timestamps;
module_param(lose_tx_timestamps, uint, 0644);
MODULE_PARM_DESC(lose_tx_timestamps, "interfaces that give no transmit timestamps: a sum of 1 for sim0, 2 for sim1, 4 ...");

static struct net_device *ports[SIM_MAX];

#define PTP_UDP_EVENT_PORT 319

/* PTP event messages have bit 3 of their type clear, and a UDP port of their own. */
static bool is_ptp_event(const struct sk_buff *skb)
{
	const u8 *data = skb->data;

	if (skb->len > 14 && data[12] == 0x88 && data[13] == 0xf7)
		return !(data[14] & 8);
	return skb->len > 42 && data[12] == 0x08 && data[13] == 0x00 && data[23] == IPPROTO_UDP &&
	       (data[36] << 8 | data[37]) == PTP_UDP_EVENT_PORT;
}

static void stamp_sent(struct sk_buff *skb, struct sim_port *port, u64 raw_ns)
{
	struct skb_shared_hwtstamps stamps = {};
	bool is_wanted = (skb_shinfo(skb)->tx_flags & SKBTX_HW_TSTAMP) && port->tx_type == HWTSTAMP_TX_ON;

	if (!is_wanted || !is_ptp_event(skb) || (lose_tx_timestamps & BIT(port->number))) {
		skb_tx_timestamp(skb);
		return;
	}
	stamps.hwtstamp = ns_to_ktime(sim_clock_stamp(port->clock, raw_ns));
	skb_shinfo(skb)->tx_flags |= SKBTX_IN_PROGRESS;
	skb_tstamp_tx(skb, &stamps);
}

static void stamp_received(struct sk_buff *skb, struct sim_port *from, struct sim_port *to, u64 raw_ns)
{
	u64 arrival_raw_ns = raw_ns + delay_ns + (from->number & 1 ? asymmetry_ns : 0);

	if (to->rx_filter != HWTSTAMP_FILTER_NONE && is_ptp_event(skb))
		skb_hwtstamps(skb)->hwtstamp = ns_to_ktime(sim_clock_stamp(to->clock, arrival_raw_ns));
}

static netdev_tx_t port_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct sim_port *from = netdev_priv(dev), *to = netdev_priv(from->peer);
	u64 raw_ns = ktime_get_raw_ns();
	struct sk_buff *copy;

	dev_sw_netstats_tx_add(dev, 1, skb->len);
	stamp_sent(skb, from, raw_ns);
	copy = skb_copy(skb, GFP_ATOMIC);
	consume_skb(skb);
	if (!copy)
		return NETDEV_TX_OK;
	if (!netif_carrier_ok(to->dev) || !netif_running(to->dev)) {
		kfree_skb(copy);
		return NETDEV_TX_OK;
	}
	skb_orphan(copy);
	skb_shinfo(copy)->tx_flags = 0;
	memset(skb_hwtstamps(copy), 0, sizeof(struct skb_shared_hwtstamps));
	copy->tstamp = 0;
	stamp_received(copy, from, to, raw_ns);
	copy->protocol = eth_type_trans(copy, to->dev);
	copy->ip_summed = CHECKSUM_UNNECESSARY;
	netif_rx(copy);
	return NETDEV_TX_OK;
}

static int port_open(struct net_device *dev)
{
	struct sim_port *port = netdev_priv(dev);

	if (port->peer->flags & IFF_UP) {
		netif_carrier_on(dev);
		netif_carrier_on(port->peer);
	}
	netif_start_queue(dev);
	return 0;
}

static int port_stop(struct net_device *dev)
{
	struct sim_port *port = netdev_priv(dev);

	netif_carrier_off(dev);
	netif_carrier_off(port->peer);
	netif_stop_queue(dev);
	return 0;
}

static int port_hwtstamp_get(struct net_device *dev, struct kernel_hwtstamp_config *config)
{
	struct sim_port *port = netdev_priv(dev);

	config->tx_type = port->tx_type;
	config->rx_filter = port->rx_filter;
	return 0;
}

static int port_hwtstamp_set(struct net_device *dev, struct kernel_hwtstamp_config *config,
			     struct netlink_ext_ack *extack)
{
	struct sim_port *port = netdev_priv(dev);

	if (config->tx_type > HWTSTAMP_TX_ON)
		return -ERANGE;
	if (config->rx_filter != HWTSTAMP_FILTER_NONE)
		config->rx_filter = HWTSTAMP_FILTER_PTP_V2_EVENT;
	port->tx_type = config->tx_type;
	port->rx_filter = config->rx_filter;
	return 0;
}

static int port_get_ts_info(struct net_device *dev, struct kernel_ethtool_ts_info *info)
{
	struct sim_port *port = netdev_priv(dev);

	info->so_timestamping = SOF_TIMESTAMPING_TX_HARDWARE | SOF_TIMESTAMPING_RX_HARDWARE |
				SOF_TIMESTAMPING_RAW_HARDWARE | SOF_TIMESTAMPING_TX_SOFTWARE |
				SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE;
	info->phc_index = ptp_clock_index(port->clock->ptp);
	info->tx_types = BIT(HWTSTAMP_TX_OFF) | BIT(HWTSTAMP_TX_ON);
	info->rx_filters = BIT(HWTSTAMP_FILTER_NONE) | BIT(HWTSTAMP_FILTER_PTP_V2_EVENT);
	return 0;
}

static void port_get_drvinfo(struct net_device *dev, struct ethtool_drvinfo *info)
{
	strscpy(info->driver, "ptpsim", sizeof(info->driver));
	strscpy(info->fw_version, "1.0", sizeof(info->fw_version));
}

static int port_get_link_ksettings(struct net_device *dev, struct ethtool_link_ksettings *settings)
{
	settings->base.speed = SPEED_25000;
	settings->base.duplex = DUPLEX_FULL;
	settings->base.port = PORT_FIBRE;
	return 0;
}

static const struct net_device_ops port_ops = {
	.ndo_open = port_open,
	.ndo_stop = port_stop,
	.ndo_start_xmit = port_xmit,
	.ndo_hwtstamp_get = port_hwtstamp_get,
	.ndo_hwtstamp_set = port_hwtstamp_set,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
};

static const struct ethtool_ops port_ethtool_ops = {
	.get_ts_info = port_get_ts_info,
	.get_drvinfo = port_get_drvinfo,
	.get_link = ethtool_op_get_link,
	.get_link_ksettings = port_get_link_ksettings,
};

static void port_setup(struct net_device *dev)
{
	ether_setup(dev);
	dev->netdev_ops = &port_ops;
	dev->ethtool_ops = &port_ethtool_ops;
	dev->pcpu_stat_type = NETDEV_PCPU_STAT_TSTATS;
}

static int port_alloc(unsigned int number, struct sim_clock *clock)
{
	struct net_device *dev = alloc_netdev(sizeof(struct sim_port), "sim%d", NET_NAME_ENUM, port_setup);
	/* Always the same, and with it the identities of the PTP clocks. */
	u8 address[ETH_ALEN] = { 0x02, 'P', 'T', 'P', 0, number };
	struct sim_port *port;

	if (!dev)
		return -ENOMEM;
	eth_hw_addr_set(dev, address);
	port = netdev_priv(dev);
	port->dev = dev;
	port->number = number;
	port->clock = clock;
	ports[number] = dev;
	return 0;
}

/* Adds an even number of interfaces. */
int sim_ports_add(unsigned int count, struct sim_clock *(*clock_of)(unsigned int port))
{
	unsigned int i;
	int error;

	for (i = 0; i < count; i++) {
		struct sim_clock *clock = clock_of(i);

		if (IS_ERR(clock))
			return PTR_ERR(clock);
		error = port_alloc(i, clock);
		if (error)
			return error;
	}
	for (i = 0; i < count; i++)
		((struct sim_port *)netdev_priv(ports[i]))->peer = ports[i ^ 1];
	for (i = 0; i < count; i++) {
		error = register_netdev(ports[i]);
		if (error)
			return error;
		netif_carrier_off(ports[i]);
	}
	return 0;
}

void sim_ports_remove(void)
{
	unsigned int i;

	for (i = 0; i < SIM_MAX; i++)
		if (ports[i] && ports[i]->reg_state == NETREG_REGISTERED)
			unregister_netdev(ports[i]);
	for (i = 0; i < SIM_MAX; i++) {
		if (ports[i])
			free_netdev(ports[i]);
		ports[i] = NULL;
	}
}
