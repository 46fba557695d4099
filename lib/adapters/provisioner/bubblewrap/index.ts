export { createBubblewrapProvisioner, type BubblewrapOptions } from "./bubblewrap-provisioner";
