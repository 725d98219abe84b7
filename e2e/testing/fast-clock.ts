/** Lines of every clock of the tests: without hardware, and quick to notice what happens. */
export const fastClock: readonly string[] = [
  "time_stamping software",
  "domainNumber 24",
  "dataset_comparison G.8275.x",
  "logAnnounceInterval -3",
  "logSyncInterval -4",
  "logMinDelayReqInterval -4",
  "announceReceiptTimeout 3",
];
