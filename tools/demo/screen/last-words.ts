import type { World } from "../world/world.ts";

const linesEach = 12;

/** The newest lines of every program of ours but ptp4l's running figures, for when something went wrong. */
export function lastWords(world: World): readonly string[] {
  const programs = [world.operator, ...world.nodes.map(({ agent }) => agent)];
  return programs.flatMap((program) => [
    `-- last lines of ${program.name}:`,
    ...program
      .lines()
      .filter((line) => !/ rms +\d+ max /.test(line))
      .slice(-linesEach)
      .map((line) => `   ${line.slice(0, 400)}`),
  ]);
}
