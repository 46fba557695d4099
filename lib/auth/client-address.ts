/**
 * Set by the gateway on each request it hands to Next: the peer's address, or what a trusted reverse proxy says. What a
 * client sends under this name never arrives.
 */
export const clientAddressHeader = "x-workroom-address";
