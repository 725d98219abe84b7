import { startClockGuard } from "../clock-guard/clock-guard.ts";
import { readClock, writeClock } from "../clock-guard/timex.ts";

// Writes a frequency under guard and waits to be killed.
await startClockGuard("auto");
writeClock({ ...readClock(), frequency: Number(process.argv[2]) });
console.log("written");
setInterval(() => undefined, 1_000);
