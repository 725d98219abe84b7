const form = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d+)?(Z|[+-]\d{2}:\d{2})$/i;

/** True for an RFC 3339 time such as `2026-01-31T12:00:00Z`, with a day that exists and no leap second. */
export function isDateTime(text: string): boolean {
  const parts = form.exec(text);
  if (parts === null) return false;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1, 7).map(Number);
  const dayExists = day >= 1 && day <= daysIn(month, year);
  return dayExists && hour <= 23 && minute <= 59 && second <= 59;
}

/** 0 for a month that does not exist. */
function daysIn(month: number, year: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  if (month < 1 || month > 12) return 0;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
