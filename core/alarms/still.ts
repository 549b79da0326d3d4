// What still works, where several alarms say the same.

/** Renewal is due with a third of the lifetime left, half of it below ten days. */
export const ALL_WELL =
  'every certificate that is current, until its end: a third of its lifetime is left when it is due, half below ten days.';
