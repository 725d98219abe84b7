/** User id that a flag gives, never root's. @throws Error for people, with the text as they wrote it. */
export function userIdOf(flag: string, text: string): number {
  const userId = Number(text);
  if (!Number.isInteger(userId) || userId < 1) throw new Error(`--${flag} ${text}: write a user id above 0`);
  return userId;
}
