// What a drawing is told by whoever shows it. Pure.
import type { CertificateView } from '../view/model.ts';
import type { Html } from './html.ts';

export interface Drawing {
  readonly now: Date;
  /** The label as a way to the certificate's own page. */
  link(name: string, label: string): Html;
  /** Back from a certificate's own page; absent: it is shown beside the others (a popup). */
  readonly back?: Html;
  /** What can be done about it from here. */
  actions?(view: CertificateView): Html;
}
