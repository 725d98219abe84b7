/** Thrown by the planners of one profile and caught by `planProfile`: the profile cannot be planned as it is. */
export class ProfileRefusal extends Error {
  override readonly name = "ProfileRefusal";
  /** Field within the profile, such as `ptp4lConf[global].domainNumber`. */
  readonly path: string;

  /** @param message What is wrong and what to change, for people. */
  constructor(path: string, message: string) {
    super(message);
    this.path = path;
  }
}
