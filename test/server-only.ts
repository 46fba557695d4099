export const isServer = true;
