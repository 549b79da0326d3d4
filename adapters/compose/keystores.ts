// Keystores are packed where a declaration asks for them: their maker is loaded only then.
import type { KeystoreMaker } from '#core/certificate/ports.ts';

const loaded = async (): Promise<KeystoreMaker> => (await import('../keystores/keystore-maker.ts')).keystoreMaker;

export const lateKeystores: KeystoreMaker = {
  pkcs12: async (content) => (await loaded()).pkcs12(content),
  jks: async (content) => (await loaded()).jks(content),
};
