// What is loaded or made late: at its first use, and kept. It must never know what that is.

/** Asked again, it gives what the first use has made. */
export const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
};
