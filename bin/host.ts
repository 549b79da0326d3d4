// The one place in bin/ that reads the host's environment. It must never change it.

/** The environment of this process, to be handed down. */
export const hostEnvironment = (): Readonly<Record<string, string | undefined>> => process.env;
