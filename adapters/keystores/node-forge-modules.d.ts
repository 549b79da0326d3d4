// What we use of node-forge's own files (1.4.3): the one cipher that OpenSSL 3 keeps in its legacy provider. No code, no
// more than is called.

declare module 'node-forge/lib/rc2.js' {
  interface ByteBuffer {
    putBytes(bytes: string): ByteBuffer;
    getBytes(): string;
  }
  const rc2: {
    createEncryptionCipher(
      key: string,
      effectiveBits: number,
    ): { start(iv: string): void; update(input: ByteBuffer): void; finish(): boolean; output: ByteBuffer };
  };
  export default rc2;
}

declare module 'node-forge/lib/util.js' {
  const util: { createBuffer(bytes: string): import('node-forge/lib/rc2.js').ByteBuffer };
  export default util;
}
