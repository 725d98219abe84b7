/** What a receiver says once a second: time and date (RMC), and its fix (GGA). `unixMs` is cut to the second. */
export function nmeaSentences(unixMs: number, hasFix: boolean): string {
  const at = new Date(Math.floor(unixMs / 1000) * 1000).toISOString();
  const [, year = "", month = "", day = "", hour = "", minute = "", second = ""] =
    /^\d\d(\d\d)-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)/.exec(at) ?? [];
  const time = `${hour}${minute}${second}.00`;
  const place = "4807.03800,N,01131.00000,E";
  const rmc = `GNRMC,${time},${hasFix ? "A" : "V"},${place},0.004,,${day}${month}${year},,,${hasFix ? "A" : "N"},V`;
  const gga = `GNGGA,${time},${place},${hasFix ? 1 : 0},12,0.60,545.4,M,46.9,M,,`;
  return sentence(rmc) + sentence(gga);
}

function sentence(text: string): string {
  let checksum = 0;
  for (const byte of Buffer.from(text)) checksum ^= byte;
  return `$${text}*${checksum.toString(16).toUpperCase().padStart(2, "0")}\r\n`;
}
