/**
 * What a part says of its option is told of the variable that stands for it: "`channel` must be ..." becomes
 * "SLACK_CHANNEL must be ...".
 *
 * @throws TypeError in place of any Error of `make`.
 */
export function withVariableNames<T>(names: Readonly<Record<string, string>>, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    let { message } = error;
    for (const [option, variable] of Object.entries(names))
      message = message.replaceAll(`\`${option}\``, variable);
    throw new TypeError(message, { cause: error });
  }
}
