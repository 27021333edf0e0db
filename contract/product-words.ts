/** How the two products are called: in sentences, on the command line, and in the names of their variables. */
export const PRODUCT_NAMES = { vault: 'Vault', openbao: 'OpenBao' } as const;
export const WITH_ARTICLE = { vault: 'A Vault', openbao: 'An OpenBao' } as const;
export const BINARIES = { vault: 'vault', openbao: 'bao' } as const;
export const PREFIXES = { vault: 'VAULT', openbao: 'BAO' } as const;
