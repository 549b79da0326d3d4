// A CA that answers otherwise than it should: single answers of the fake CA are replaced. It must never change what the
// fake holds.
import type { AcmeCa, AcmeSession } from '#core/acme/ports.ts';

type Lies = { readonly [Role in keyof AcmeSession]?: Partial<AcmeSession[Role]> };

/** From now on, sessions answer by `lies` first; gives back the honest CA when called. */
export const lying = (ca: AcmeCa, lies: (honest: AcmeSession) => Lies): (() => void) => {
  const session = ca.session.bind(ca);
  ca.session = (connection) => {
    const honest = session(connection);
    const told = lies(honest);
    return {
      accounts: { ...honest.accounts, ...told.accounts },
      orders: { ...honest.orders, ...told.orders },
      authorizations: { ...honest.authorizations, ...told.authorizations },
      certificates: { ...honest.certificates, ...told.certificates },
      meta: { ...honest.meta, ...told.meta },
      rollover: { ...honest.rollover, ...told.rollover },
    };
  };
  return () => {
    ca.session = session;
  };
};
